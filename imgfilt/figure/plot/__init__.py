"""Plots of kernels: heat map, profile and frequency response."""
