package acrl;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Numbers read from text: int() and float() take other texts than Java does. */
public final class Parse {
  private static final Pattern FLOAT = Pattern.compile(
      "[+-]?((\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)(e[+-]?\\d+(_\\d+)*)?|inf|infinity|nan)",
      Pattern.CASE_INSENSITIVE);

  private Parse() {}

  /** Whether int() takes it. */
  private static boolean isWhole(String s, int radix) {
    int start = 0, end = s.length();
    while (start < end && Text.space(s.charAt(start))) start++;
    while (start < end && Text.space(s.charAt(end - 1))) end--;
    if (start < end && "+-".indexOf(s.charAt(start)) >= 0) start++;
    String prefix = radix == 16 ? "0x" : radix == 8 ? "0o" : radix == 2 ? "0b" : null;
    if (prefix != null && s.regionMatches(true, start, prefix, 0, 2)) {
      start += 2;
      if (start < end && s.charAt(start) == '_') start++;
    }
    if (start == end) return false;
    boolean digit = false;
    for (; start < end; start++) {
      char c = s.charAt(start);
      boolean was = digit;
      digit = Character.digit(c, radix) >= 0;
      if (!digit && !(c == '_' && was)) return false;
    }
    return digit;
  }

  private static boolean isReal(String s) {
    int start = 0, end = s.length();
    while (start < end && Text.space(s.charAt(start))) start++;
    while (start < end && Text.space(s.charAt(end - 1))) end--;
    return FLOAT.matcher(s).region(start, end).matches();
  }

  private static <T> T read(Supplier<T> java, String s, boolean python) {
    try {
      T result = java.get();
      if (!python) Probe.flag(Probe.PARSE);
      return result;
    } catch (NumberFormatException e) {
      if (python) Probe.flag(Probe.PARSE);
      throw e;
    }
  }

  private static <T> T whole(Supplier<T> java, String s, int radix) {
    return read(java, s, s != null && radix >= 2 && radix <= 36 && isWhole(s, radix));
  }

  private static <T> T real(Supplier<T> java, String s) {
    T result = read(java, s, s != null && isReal(s));
    double d = ((Number) result).doubleValue();
    if (d - d != 0) Probe.flag(Probe.FSPEC);
    return result;
  }

  public static int Integer_parseInt(String s) {
    return whole(() -> Integer.parseInt(s), s, 10);
  }

  public static int Integer_parseInt(String s, int radix) {
    return whole(() -> Integer.parseInt(s, radix), s, radix);
  }

  public static Integer Integer_valueOf(String s) {
    return whole(() -> Integer.valueOf(s), s, 10);
  }

  public static Integer Integer_valueOf(String s, int radix) {
    return whole(() -> Integer.valueOf(s, radix), s, radix);
  }

  public static Integer Integer_decode(String s) {
    return whole(() -> Integer.decode(s), s, 10);
  }

  public static long Long_parseLong(String s) {
    return whole(() -> Long.parseLong(s), s, 10);
  }

  public static long Long_parseLong(String s, int radix) {
    return whole(() -> Long.parseLong(s, radix), s, radix);
  }

  public static Long Long_valueOf(String s) {
    return whole(() -> Long.valueOf(s), s, 10);
  }

  public static Long Long_decode(String s) {
    return whole(() -> Long.decode(s), s, 10);
  }

  public static short Short_parseShort(String s) {
    return whole(() -> Short.parseShort(s), s, 10);
  }

  public static byte Byte_parseByte(String s) {
    return whole(() -> Byte.parseByte(s), s, 10);
  }

  public static double Double_parseDouble(String s) {
    return real(() -> Double.parseDouble(s), s);
  }

  public static Double Double_valueOf(String s) {
    return real(() -> Double.valueOf(s), s);
  }

  public static float Float_parseFloat(String s) {
    return real(() -> Float.parseFloat(s), s);
  }

  public static Float Float_valueOf(String s) {
    return real(() -> Float.valueOf(s), s);
  }

  /** Constructors cannot be replaced, only looked at beforehand. */
  public static void whole(String s) {
    look(() -> new BigInteger(s), s, s != null && isWhole(s, 10));
  }

  public static void real(String s) {
    look(() -> new BigDecimal(s), s, s != null && isReal(s));
  }

  private static void look(Supplier<Number> java, String s, boolean python) {
    try {
      read(java, s, python);
    } catch (NumberFormatException | NullPointerException e) {
      // the constructor raises it again
    }
  }
}
