package acrl;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.StringConcatFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.util.List;

/** Values that become text: flagged where Python's str() says something else. */
public final class Shown {
  private static final int DIGITS = 15; // of which any number of them is the shortest one for its double

  private Shown() {}

  public static void text(boolean b) {
    Probe.flag(Probe.FTOSTR);
  }

  /** Plain decimals of one form in both languages, where Java finds the shortest one. */
  public static void text(double d) {
    if (d != 0 && !(Math.abs(d) >= 1e-3 && Math.abs(d) < 1e7)) {
      Probe.flag(Probe.FTOSTR);
      return;
    }
    String s = Double.toString(d);
    boolean plain = s.indexOf('E') < 0 && (s.endsWith(".0") || !s.endsWith("0"));
    if (!plain || new BigDecimal(s).precision() > DIGITS) Probe.flag(Probe.FTOSTR);
  }

  public static void text(float f) {
    text((double) f);
    if (!Float.toString(f).equals(Double.toString(f))) Probe.flag(Probe.FTOSTR);
  }

  public static void text(Object o) {
    if (o instanceof CharSequence) Probe.room(((CharSequence) o).length());
    if (!same(o)) Probe.flag(Probe.FTOSTR);
  }

  private static boolean same(Object o) {
    if (o instanceof Double) text((double) (Double) o);
    else if (o instanceof Float) text((float) (Float) o);
    else if (o instanceof List) return ((List<?>) o).stream().allMatch(Shown::whole);
    else if (o instanceof int[] || o instanceof long[] || o instanceof short[]) return true; // as Arrays shows them
    else if (o == null || o instanceof Boolean || o instanceof BigDecimal) return false;
    else return whole(o) || o instanceof CharSequence || o instanceof Character || o instanceof Charset
        || shownByItself(o);
    return true;
  }

  private static boolean whole(Object o) {
    return o instanceof Integer || o instanceof Long || o instanceof Short || o instanceof Byte
        || o instanceof BigInteger;
  }

  /** Whether a class of the program's own makes the text, which is looked into like all its code. */
  private static boolean shownByItself(Object o) {
    try {
      return Classes.own(o.getClass().getMethod("toString").getDeclaringClass().getName());
    } catch (NoSuchMethodException | SecurityException e) {
      return false;
    }
  }

  public static void texts(Iterable<?> items) {
    if (items == null) return;
    Hashing.iterated(items);
    for (Object item : items) text(item);
  }

  public static void texts(Object[] items) {
    if (items == null) return;
    for (Object item : items) text(item);
  }

  /** The values of String.format: whole numbers and text look the same in Python. */
  public static void formatted(Object[] values) {
    if (values == null) return;
    for (Object v : values) {
      boolean negative = v instanceof Number && ((Number) v).doubleValue() < 0; // %x
      if (negative || !(whole(v) || v instanceof String || v instanceof Character)) Probe.flag(Probe.FORMAT);
    }
  }

  /** Strings concatenated by `+`, as compilers since Java 9 do it. */
  public static CallSite concatenate(
      MethodHandles.Lookup lookup, String name, MethodType type, String recipe, Object... constants) throws Exception {
    MethodHandle joined =
        StringConcatFactory.makeConcatWithConstants(lookup, name, type, recipe, constants).dynamicInvoker();
    for (int k = 0; k < type.parameterCount(); k++) {
      Class<?> c = type.parameterType(k);
      if (c.isPrimitive() && c != double.class && c != float.class && c != boolean.class) continue;
      MethodHandle seen = MethodHandles.publicLookup()
          .findStatic(Shown.class, "seen", MethodType.methodType(Object.class, Object.class));
      joined = MethodHandles.filterArguments(joined, k, seen.asType(MethodType.methodType(c, c)));
    }
    return new ConstantCallSite(joined);
  }

  public static String Objects_toString(Object o, String otherwise) {
    if (o != null) text(o);
    return java.util.Objects.toString(o, otherwise);
  }

  public static Object seen(Object o) {
    text(o);
    return o;
  }
}
