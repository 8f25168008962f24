"""Escape text for LaTeX: its own signs, and those that pdfLaTeX knows in mathematics only."""

from __future__ import annotations

# Letters and signs of captions -> their commands in mathematics; LaTeX's own packages suffice.
_TEX_SIGNS = {
    **{"×": "times", "÷": "div", "±": "pm", "∓": "mp", "·": "cdot", "∗": "ast", "∘": "circ"},
    **{"≈": "approx", "≃": "simeq", "≅": "cong", "≡": "equiv", "≠": "neq", "∼": "sim"},
    **{"≤": "leq", "≥": "geq", "≪": "ll", "≫": "gg", "∝": "propto", "∞": "infty"},
    **{"∇": "nabla", "∂": "partial", "∑": "sum", "∏": "prod", "∫": "int", "√": "surd"},
    **{"←": "leftarrow", "→": "rightarrow", "↔": "leftrightarrow", "↦": "mapsto"},
    **{"↑": "uparrow", "↓": "downarrow", "⇒": "Rightarrow", "⇔": "Leftrightarrow"},
    **{"⊗": "otimes", "⊕": "oplus", "∈": "in", "∉": "notin", "∥": "parallel"},
    **{"∩": "cap", "∪": "cup", "⊂": "subset", "∀": "forall", "∃": "exists", "∅": "emptyset"},
    **{"ℓ": "ell", "µ": "mu", "ϕ": "phi", "ϵ": "epsilon", "ς": "varsigma", "ϑ": "vartheta"},
    **{"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta"},
    **{"η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu"},
    **{"ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon"},
    **{"φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta"},
    **{"Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon"},
    **{"Φ": "Phi", "Ψ": "Psi", "Ω": "Omega"},
}
_TEX = {
    **{letter: rf"$\{name}$" for letter, name in _TEX_SIGNS.items()},
    **{letter: rf"\{letter}" for letter in "{}$&#%_"},
    **{"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\char34{}"},
    **{"−": "$-$", "°": r"$^\circ$", "′": "$'$", "″": "$''$", "½": r"$\frac12$"},
    **{letter: f"$^{digit}$" for digit, letter in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{letter: f"$_{digit}$" for digit, letter in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "⁻": "$^-$",
    **{"[": "{[}", "*": "{*}"},  # they would be an option of the `\\` before them
}


def escape_tex(text: str) -> str:
    """Return a text that LaTeX prints as it is; letters of most other scripts stay as they are."""
    return "".join(_TEX.get(letter, letter) for letter in text)
