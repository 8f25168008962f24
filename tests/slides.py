"""What the slides of the lecture print: its example, and its three expanded pictures."""

EXAMPLE = """
0 1 1 1 0 0 0
0 0 1 1 1 0 0
0 0 0 1 1 1 0
0 0 0 1 1 0 0
0 0 1 1 0 0 0
0 1 1 0 0 0 0
1 1 0 0 0 0 0
"""
TABLE = """
1 4 3 4 1
1 2 4 3 3
1 2 3 4 1
1 3 3 1 1
3 3 1 1 0
"""
EXPANDED = {
    "zero": """
        0 0 0 0 0 0 0 0 0
        0 0 0 0 0 0 0 0 0
        0 0 a b c d e 0 0
        0 0 f g h i j 0 0
        0 0 k l m n o 0 0
        0 0 p q r s t 0 0
        0 0 u v w x y 0 0
        0 0 0 0 0 0 0 0 0
        0 0 0 0 0 0 0 0 0
    """,
    "replicate": """
        a a a b c d e e e
        a a a b c d e e e
        a a a b c d e e e
        f f f g h i j j j
        k k k l m n o o o
        p p p q r s t t t
        u u u v w x y y y
        u u u v w x y y y
        u u u v w x y y y
    """,
    "reflect": """
        m l k l m n o n m
        h g f g h i j i h
        c b a b c d e d c
        h g f g h i j i h
        m l k l m n o n m
        r q p q r s t s r
        w v u v w x y x w
        r q p q r s t s r
        m l k l m n o n m
    """,
}
