"""What Python programs call: `apply`, a function for each filter, figures, and files.

The public names of imgfilt lead here; no other part imports this one.
"""
