"""The three places of the walked world, and what is called after them: words that nobody elsewhere may read."""

PLACES = {"siming": "350203", "huli": "350206", "elsewhere": "350102"}
SOURCES = {"3502": "统计公报", "3501": "福州丙保密机构"}
NAMES = {"siming": "思明甲保密机构", "huli": "湖里乙保密机构", "elsewhere": "福州丙保密机构"}
PERSONS = {"siming": "思明甲某人", "huli": "湖里乙某人", "elsewhere": "福州丙某人"}
