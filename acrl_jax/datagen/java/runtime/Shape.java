package acrl;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A declared type, by its text: what plain data becomes before it is passed. */
final class Shape {
  private static final Set<String> LISTS = Set.of("List", "ArrayList", "Collection", "Iterable", "AbstractList",
      "AbstractCollection", "RandomAccess", "LinkedList", "Deque", "ArrayDeque", "Queue");
  private static final Set<String> SETS = Set.of("Set", "HashSet", "LinkedHashSet", "TreeSet", "SortedSet",
      "NavigableSet", "AbstractSet");
  private static final Set<String> MAPS = Set.of("Map", "HashMap", "LinkedHashMap", "TreeMap", "SortedMap",
      "NavigableMap", "AbstractMap");
  private static final Map<String, Class<?>> SIMPLE = new HashMap<>();

  static {
    for (Class<?> c : new Class<?>[] {
      int.class, long.class, short.class, byte.class, float.class, double.class, boolean.class, char.class,
      Integer.class, Long.class, Short.class, Byte.class, Float.class, Double.class, Boolean.class, Character.class,
      String.class, CharSequence.class, BigInteger.class, BigDecimal.class, StringBuilder.class, Number.class,
      Comparable.class, Object.class
    }) {
      SIMPLE.put(c.getSimpleName(), c);
    }
  }


  private final String name;
  private final List<Shape> arguments = new ArrayList<>();
  private final int dimensions;

  private Shape(String name, List<Shape> arguments, int dimensions) {
    this.name = name;
    this.arguments.addAll(arguments);
    this.dimensions = dimensions;
  }

  /** Raises IllegalArgumentException for a type that no plain data becomes. */
  static Shape parse(String text) {
    String t = text.replaceAll("\\?\\s*(extends|super)\\s+", "").replaceAll("\\s+", "").replace("...", "[]");
    int dimensions = 0;
    for (; t.endsWith("[]"); dimensions++) t = t.substring(0, t.length() - 2);
    List<Shape> arguments = new ArrayList<>();
    int open = t.indexOf('<');
    if (open >= 0) {
      int depth = 0, start = open + 1;
      for (int k = start; k < t.length(); k++) {
        char c = t.charAt(k);
        if (depth == 0 && (c == ',' || c == '>')) {
          arguments.add(parse(t.substring(start, k)));
          start = k + 1;
        }
        depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      }
      t = t.substring(0, open);
    }
    String name = t.equals("?") ? "Object" : t.substring(t.lastIndexOf('.') + 1);
    if (!SIMPLE.containsKey(name) && !LISTS.contains(name) && !SETS.contains(name) && !MAPS.contains(name)) {
      throw new IllegalArgumentException("no plain data becomes a " + text);
    }
    return new Shape(name, arguments, dimensions);
  }

  /** Whether what was passed cannot be changed. */
  boolean immutable() {
    return dimensions == 0 && SIMPLE.containsKey(name) && !name.equals("StringBuilder") && !name.equals("Object");
  }

  /** A new object. Raises IllegalArgumentException, ArithmeticException or ClassCastException where it does not fit. */
  Object decode(Object v) {
    return decode(v, dimensions);
  }

  private Object decode(Object v, int dimensions) {
    if (v == null) {
      if (dimensions == 0 && SIMPLE.containsKey(name) && SIMPLE.get(name).isPrimitive()) {
        throw new IllegalArgumentException("null is no " + name);
      }
      return null;
    }
    if (dimensions > 0) {
      List<?> items = (List<?>) v;
      Object array = Array.newInstance(component(dimensions - 1), items.size());
      for (int k = 0; k < items.size(); k++) Array.set(array, k, decode(items.get(k), dimensions - 1));
      return array;
    }
    if (SIMPLE.containsKey(name)) return simple(name, v);
    if (MAPS.contains(name)) return map((List<?>) v);
    return collection((List<?>) v);
  }

  private Class<?> component(int dimensions) {
    Class<?> c = SIMPLE.get(name);
    if (c == null) c = LISTS.contains(name) ? List.class : SETS.contains(name) ? Set.class : Map.class;
    for (int k = 0; k < dimensions; k++) c = c.arrayType();
    return c;
  }

  private static BigInteger whole(Object v) {
    return v instanceof BigInteger ? (BigInteger) v : BigInteger.valueOf((Long) v);
  }

  private static Object simple(String name, Object v) {
    switch (name) {
      case "int": case "Integer": return Math.toIntExact((Long) v);
      case "long": case "Long": return (Long) v;
      case "short": case "Short": return whole(v).shortValueExact();
      case "byte": case "Byte": return whole(v).byteValueExact();
      case "double": case "Double": return ((Number) v).doubleValue();
      case "float": case "Float": return single(((Number) v).doubleValue());
      case "boolean": case "Boolean": return (Boolean) v;
      case "char": case "Character": return character((String) v);
      case "BigInteger": return whole(v);
      case "BigDecimal": return new BigDecimal(v.toString());
      case "StringBuilder": return new StringBuilder(string(v));
      case "String": case "CharSequence": return string(v);
      default: return any(v);
    }
  }

  private static String string(Object v) {
    String s = (String) v;
    for (int k = 0; k < s.length(); k++) {
      if (Character.isSurrogate(s.charAt(k))) Probe.flag(Probe.UTF16); // one character to Python, two here
    }
    return s;
  }

  private static float single(double d) {
    float f = (float) d;
    if (f != d && d == d) Probe.flag(Probe.F32);
    return f;
  }

  private static char character(String s) {
    if (s.length() != 1) throw new IllegalArgumentException("no single character");
    return s.charAt(0);
  }

  /** Where only Object is declared. */
  private static Object any(Object v) {
    if (v instanceof Long && (Long) v == ((Long) v).intValue()) return ((Long) v).intValue();
    if (v instanceof String) return string(v);
    if (v instanceof List) {
      List<Object> list = new ArrayList<>();
      for (Object item : (List<?>) v) list.add(any(item));
      return list;
    }
    return v;
  }

  private Object argument(int k, Object v) {
    return k < arguments.size() ? arguments.get(k).decode(v) : any(v);
  }

  private Map<Object, Object> map(List<?> pairs) {
    Map<Object, Object> map = name.equals("HashMap") ? new HashMap<>()
        : List.of("TreeMap", "SortedMap", "NavigableMap").contains(name) ? new TreeMap<>() : new LinkedHashMap<>();
    for (Object pair : pairs) map.put(argument(0, ((List<?>) pair).get(0)), argument(1, ((List<?>) pair).get(1)));
    return map;
  }

  private Collection<Object> collection(List<?> items) {
    Collection<Object> made;
    switch (name) {
      case "TreeSet": case "SortedSet": case "NavigableSet": made = new TreeSet<>(); break;
      case "HashSet": made = new HashSet<>(); break;
      case "Set": case "LinkedHashSet": case "AbstractSet": made = new LinkedHashSet<>(); break;
      case "LinkedList": case "Queue": made = new LinkedList<>(); break;
      case "Deque": case "ArrayDeque": made = new ArrayDeque<>(); break;
      default: made = new ArrayList<>();
    }
    for (Object item : items) made.add(argument(0, item));
    return made;
  }
}
