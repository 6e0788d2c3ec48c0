### GEOMETRY values: the reference system, then the shape as well-known binary (WKB).

geometry-srid = Spatial reference system of the shape, four bytes, little-endian. 0 is the plane without units; 4326 is WGS 84, where x is the longitude in the log even though MySQL's functions put the latitude first.
geometry-shape = A shape in well-known binary: a byte order, a type, then coordinates or further shapes. Every shape inside another repeats byte order and type.
geometry-byte_order = How the numbers of this shape are written: 1 little-endian, 0 big-endian. The servers store 1; shapes inside may differ from the one around them.
geometry-type = Kind of shape, 4 bytes: 1 point, 2 line string, 3 polygon, 4 to 6 collections of those, 7 a collection of anything. Kinds above 1000, with heights and measures, do not exist in these servers.
geometry-count = How many points, rings or shapes follow, 4 bytes. A point has no count.
geometry-points = The points of a line or a ring, 16 bytes each: x, then y.
geometry-point = One point of a line: x, then y, doubles of 8 bytes each.
geometry-x = First coordinate, a double. In geographic reference systems it is the longitude, whatever order functions such as ST_AsText print.
geometry-y = Second coordinate, a double. In geographic reference systems it is the latitude.
geometry-rings = The rings of a polygon: its outline first, then its holes.
geometry-ring = A closed line: its count of points, then the points. The last point repeats the first.
geometry-members = The shapes of a collection, each a whole shape with byte order and type of its own.
