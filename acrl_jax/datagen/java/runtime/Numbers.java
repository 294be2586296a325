package acrl;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Methods of numbers, flagged where Python's answer is another. */
public final class Numbers {
  private Numbers() {}

  /** A result of Math's: Python raises an error instead, or has another number. */
  public static void finite(double d) {
    if (d - d != 0) Probe.flag(Probe.FSPEC);
  }

  /** A number on its way into an array of bytes, which in Python go from 0 to 255. */
  public static byte stored(int a) {
    if (a < -128 || a > 255) Probe.flag(Probe.NARROW);
    else if (a < 0 || a > 127) Probe.stored(a < 0);
    return (byte) a;
  }

  public static int Math_abs(int a) {
    if (a == Integer.MIN_VALUE) Probe.flag(Probe.ABSMIN);
    return Math.abs(a);
  }

  public static long Math_abs(long a) {
    if (a == Long.MIN_VALUE) Probe.flag(Probe.ABSMIN);
    return Math.abs(a);
  }

  /** round() takes the even one of two that are equally near. */
  public static long Math_round(double d) {
    long r = Math.round(d);
    if (r != Math.rint(d)) Probe.flag(Probe.ROUND);
    return r;
  }

  public static int Math_round(float f) {
    int r = Math.round(f);
    if (r != Math.rint(f)) Probe.flag(Probe.ROUND);
    return r;
  }

  /** Python's float that prints like this one, rounded by round(). */
  private static BigDecimal rounded(BigDecimal x, int scale, BigDecimal java) {
    double d = x.doubleValue();
    if (d - d != 0 || new BigDecimal(d).setScale(scale, RoundingMode.HALF_EVEN).compareTo(java) != 0) {
      Probe.flag(Probe.ROUND);
    }
    return java;
  }

  public static BigDecimal BigDecimal_setScale(BigDecimal x, int scale, RoundingMode mode) {
    return rounded(x, scale, x.setScale(scale, mode));
  }

  @SuppressWarnings("deprecation")
  public static BigDecimal BigDecimal_setScale(BigDecimal x, int scale, int mode) {
    return rounded(x, scale, x.setScale(scale, mode));
  }

  private static void zeros(double a, double b) {
    if (a != a || b != b || a == 0 && b == 0 && 1 / a != 1 / b) Probe.flag(Probe.FSPEC);
  }

  public static int Double_compare(double a, double b) {
    zeros(a, b);
    return Double.compare(a, b);
  }

  public static int Float_compare(float a, float b) {
    zeros(a, b);
    return Float.compare(a, b);
  }

  public static int Double_compareTo(Double a, Double b) {
    zeros(a, b);
    return a.compareTo(b);
  }

  public static boolean Double_equals(Double a, Object b) {
    if (b instanceof Double) zeros(a, (Double) b);
    return equal(a, b, a.equals(b));
  }

  /** Python compares by value: 1 == 1.0 == True. */
  private static boolean equal(Object a, Object b, boolean java) {
    if (!java && value(a) == value(b)) Probe.flag(Probe.IDENTITY); // not a number is equal to nothing
    if (!java && (a instanceof Character || b instanceof Character) && String.valueOf(a).equals(String.valueOf(b))) {
      Probe.flag(Probe.IDENTITY);
    }
    return java;
  }

  private static double value(Object o) {
    if (o instanceof Boolean) return (Boolean) o ? 1 : 0;
    return o instanceof Number ? ((Number) o).doubleValue() : Double.NaN;
  }

  public static boolean Object_equals(Object a, Object b) {
    return equal(a, b, a.equals(b));
  }

  public static boolean Objects_equals(Object a, Object b) {
    return equal(a, b, java.util.Objects.equals(a, b));
  }

  public static boolean Integer_equals(Integer a, Object b) {
    return equal(a, b, a.equals(b));
  }

  public static boolean Long_equals(Long a, Object b) {
    return equal(a, b, a.equals(b));
  }

  public static boolean Boolean_equals(Boolean a, Object b) {
    return equal(a, b, a.equals(b));
  }

  public static boolean Float_equals(Float a, Object b) {
    if (b instanceof Float) zeros(a, (Float) b);
    return a.equals(b);
  }

  /** The bits of a negative number: Python has a minus sign, and no width. */
  private static void bits(long a) {
    if (a < 0) Probe.flag(Probe.SHIFT);
  }

  public static String Integer_toBinaryString(int a) {
    bits(a);
    return Integer.toBinaryString(a);
  }

  public static String Integer_toHexString(int a) {
    bits(a);
    return Integer.toHexString(a);
  }

  public static String Integer_toOctalString(int a) {
    bits(a);
    return Integer.toOctalString(a);
  }

  public static String Long_toBinaryString(long a) {
    bits(a);
    return Long.toBinaryString(a);
  }

  public static String Long_toHexString(long a) {
    bits(a);
    return Long.toHexString(a);
  }

  public static String Long_toOctalString(long a) {
    bits(a);
    return Long.toOctalString(a);
  }

  public static int Integer_bitCount(int a) {
    bits(a);
    return Integer.bitCount(a);
  }

  public static int Long_bitCount(long a) {
    bits(a);
    return Long.bitCount(a);
  }

  public static int Integer_highestOneBit(int a) {
    bits(a);
    return Integer.highestOneBit(a);
  }

  public static long Long_highestOneBit(long a) {
    bits(a);
    return Long.highestOneBit(a);
  }

  public static int Integer_reverse(int a) {
    Probe.flag(Probe.SHIFT);
    return Integer.reverse(a);
  }

  public static int Integer_reverseBytes(int a) {
    Probe.flag(Probe.SHIFT);
    return Integer.reverseBytes(a);
  }

  public static int Integer_rotateLeft(int a, int n) {
    Probe.flag(Probe.SHIFT);
    return Integer.rotateLeft(a, n);
  }

  public static int Integer_rotateRight(int a, int n) {
    Probe.flag(Probe.SHIFT);
    return Integer.rotateRight(a, n);
  }

  public static long Long_rotateLeft(long a, int n) {
    Probe.flag(Probe.SHIFT);
    return Long.rotateLeft(a, n);
  }

  public static long Long_rotateRight(long a, int n) {
    Probe.flag(Probe.SHIFT);
    return Long.rotateRight(a, n);
  }

  public static int Integer_compareUnsigned(int a, int b) {
    bits(a | b);
    return Integer.compareUnsigned(a, b);
  }

  public static int Integer_divideUnsigned(int a, int b) {
    bits(a | b);
    return Integer.divideUnsigned(a, b);
  }

  public static int Integer_remainderUnsigned(int a, int b) {
    bits(a | b);
    return Integer.remainderUnsigned(a, b);
  }

  public static long Integer_toUnsignedLong(int a) {
    bits(a);
    return Integer.toUnsignedLong(a);
  }
}
