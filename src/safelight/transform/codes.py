"""The words of the language: its codes, the flags of layers, and what may be looked for in a picture."""

import re

# Codes that are understood, with the name that errors use.
KNOWN: dict[str, str] = {
    "a": "angle",
    "ac": "audio codec",
    "af": "audio frequency",
    "ar": "aspect ratio",
    "b": "background",
    "bl": "baseline",
    "bo": "border",
    "br": "bit rate",
    "c": "crop mode",
    "co": "color",
    "cs": "color space",
    "d": "default image",
    "dl": "delay",
    "dn": "density",
    "dpr": "device pixel ratio",
    "dr": "dynamic range",
    "du": "duration",
    "e": "effect",
    "eo": "end offset",
    "f": "format",
    "fl": "flag",
    "fn": "custom function",
    "fps": "frame rate",
    "g": "gravity",
    "h": "height",
    "if": "condition",
    "ki": "keyframe interval",
    "l": "overlay",
    "o": "opacity",
    "p": "prefix",
    "pg": "page",
    "q": "quality",
    "r": "radius",
    "so": "start offset",
    "sp": "streaming profile",
    "t": "named transformation",
    "u": "underlay",
    "vc": "video codec",
    "vs": "video sampling",
    "w": "width",
    "x": "x",
    "y": "y",
    "z": "zoom",
}

VARIABLE = re.compile(r"\$[A-Za-z][A-Za-z0-9]*")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Flags that say how a layer is drawn and laid; elsewhere they say nothing.
FLAGS_OF_LAYERS: frozenset[str] = _set(
    """
    cutter layer_apply no_overflow region_relative relative replace_image text_disallow_overflow text_no_trim tiled
    """
)

# Formats of films, streams and 3D models that kernel/media.py has not: understood, and refused where it is written.
FORMATS_ELSEWHERE: frozenset[str] = _set(
    "3ds 3g2 fbx fbxz glb gltf gltz m3u8 mp4dv mpd mxf obj objz opus ply u3ma usdz"
)

# What a detector could find, in the spellings of both generations of the COCO classes, and the names of their groups.
OBJECTS: frozenset[str] = _set(
    """
    accessory aeroplane airplane animal apple appliance backpack ball banana baseball_bat baseball_glove bat
    bear bed bench bicycle bird blender boat book bottle bowl broccoli bus cake car carrot cat cell_phone chair
    clock couch cow cup desk dining_table diningtable dog donut door electronic elephant eye_glasses
    fire_hydrant food fork frisbee furniture giraffe glove hair_brush hair_drier handbag hat horse hot_dog
    hydrant indoor keyboard kitchen kite knife laptop microwave mirror motorbike motorcycle mouse orange outdoor
    oven parking_meter person pizza plate potted_plant pottedplant refrigerator remote sandwich scissors sheep
    shoe sink skateboard skis snowboard sofa spoon sports sports_ball stop_sign street_sign suitcase surfboard
    teddy_bear tennis_racket tie toaster toilet toothbrush traffic_light train truck tv tvmonitor umbrella vase
    vehicle window wine_glass zebra
    """
)

# What `g_auto` may be told to look for, beside objects.
FOCUSES: frozenset[str] = _set(
    """
    adv_eyes adv_face adv_faces custom custom_no_override face faces none object ocr_text
    """
)

# Operators and operands that make a value an expression.
_EXPRESSION = re.compile(
    r"\$|!|(?:^|_)(?:add|sub|mul|div|mod|pow)_|_to_[if]$|^(?:w|h|ar|iar|tar|cp|pc|fc|ccc|rc|px|py|ils|du|idu)$",
    re.ASCII,
)


def is_known(code: str) -> bool:
    """Does the language have this code?"""
    return code in KNOWN


def is_expression(value: str) -> bool:
    """Must it be computed: a variable, arithmetic, or a fact of the picture?"""
    return _EXPRESSION.search(value) is not None
