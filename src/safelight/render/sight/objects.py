"""Objects: the words of the language for things, and the names that models give to the same things."""

GROUPS: dict[str, frozenset[str]] = {
    "accessory": frozenset({"backpack", "umbrella", "handbag", "tie", "suitcase", "hat", "shoe", "eye_glasses"}),
    "animal": frozenset({"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}),
    "appliance": frozenset({"microwave", "oven", "toaster", "sink", "refrigerator", "blender"}),
    "electronic": frozenset({"tv", "laptop", "mouse", "remote", "keyboard", "cell_phone"}),
    "food": frozenset(
        {
            *("banana", "apple", "sandwich", "orange", "broccoli"),
            *("carrot", "hot_dog", "pizza", "donut", "cake"),
        }
    ),
    "furniture": frozenset(
        {"chair", "couch", "potted_plant", "bed", "dining_table", "toilet", "mirror", "window", "desk", "door"}
    ),
    "indoor": frozenset({"book", "clock", "vase", "scissors", "teddy_bear", "hair_drier", "toothbrush", "hair_brush"}),
    "kitchen": frozenset({"bottle", "wine_glass", "cup", "fork", "knife", "spoon", "bowl", "plate"}),
    "outdoor": frozenset({"traffic_light", "fire_hydrant", "stop_sign", "parking_meter", "bench", "street_sign"}),
    "sports": frozenset(
        {
            *("frisbee", "skis", "snowboard", "sports_ball", "kite", "baseball_bat"),
            *("baseball_glove", "skateboard", "surfboard", "tennis_racket"),
        }
    ),
    "vehicle": frozenset({"bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat"}),
}
"""The classes of COCO by the names of their groups."""

ANY = "object"
"""Whatever the model can see."""
EVERY = "*"
"""The same, but each thing is told by the name of its class. No word of the language."""

# Two generations of names for one thing.
_SPELLINGS = {
    "aeroplane": "airplane",
    "motorbike": "motorcycle",
    "diningtable": "dining_table",
    "pottedplant": "potted_plant",
    "sofa": "couch",
    "tvmonitor": "tv",
    "hydrant": "fire_hydrant",
    "glove": "baseball_glove",
}


def spelled(name: str) -> str:
    """One spelling of a class."""
    return _SPELLINGS.get(name, name)


def is_meant(kind: str, name: str) -> bool:
    """Does the word `kind` of the language mean things of the class `name` of a model?"""
    kind, name = spelled(kind), spelled(name)
    return kind in {ANY, name} or name in GROUPS.get(kind, frozenset())
