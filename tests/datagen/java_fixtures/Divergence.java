package fixtures;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One expression a method, for which there is a natural one in Python; see test_java_divergence.py. */
public class Divergence {
  public static int add(int a, int b) { return a + b; }
  public static int multiply(int a, int b) { return a * b; }
  public static long multiply(long a, long b) { return a * b; }
  public static int negate(int a) { return -a; }
  public static int absolute(int a) { return Math.abs(a); }
  public static int divide(int a, int b) { return a / b; }
  public static int remainder(int a, int b) { return a % b; }
  public static double remainder(double a, double b) { return a % b; }
  public static double divide(double a, double b) { return a / b; }
  public static int left(int a, int n) { return a << n; }
  public static int unsigned(int a, int n) { return a >>> n; }
  public static int increment(int a) { a++; return a; }
  public static byte toByte(int a) { return (byte) a; }
  public static int toInt(double a) { return (int) a; }
  public static long toLong(double a) { return (long) a; }
  public static long round(double a) { return Math.round(a); }
  public static double rint(double a) { return Math.rint(a); }
  public static int next(char c) { return c + 1; }
  public static char nextChar(char c) { return (char) (c + 1); }
  public static String joined(char c, int n) { return "" + c + n; }
  public static float add(float a, float b) { return a + b; }
  public static double widened() { return (double) 0.1f; }
  public static float sumOfTenths() { float a = 0.1f, b = 0.2f; return a + b; }
  public static String shown(double a) { return String.valueOf(a); }
  public static String shown(float a) { return String.valueOf(a); }
  public static String shown() { float a = 1.1f; return String.valueOf(a); }
  public static String shown(boolean a) { return String.valueOf(a); }
  public static String concatenated(String a, String b) { return a + b; }
  public static String concatenated(String a, double b) { return a + b; }
  public static String concatenated(String a, float b) { return a + b; }
  public static String concatenated(String a, boolean b) { return a + b; }
  public static String concatenated(String a, Object b) { return a + b; }
  public static String built(String a, double b) { return new StringBuilder(a).append(b).toString(); }
  public static String built(String a, boolean b) { return new StringBuilder(a).append(b).toString(); }
  public static String built(String a, String b) { return new StringBuilder(a).append(b).toString(); }
  public static String listed(List<Integer> a) { return a.toString(); }
  public static String listedText(List<String> a) { return a.toString(); }
  public static int trimmed(String a) { return a.trim().length(); }
  public static int stripped(String a) { return a.strip().length(); }
  public static boolean white(char c) { return Character.isWhitespace(c); }
  public static boolean digit(char c) { return Character.isDigit(c); }
  public static boolean letter(char c) { return Character.isLetter(c); }
  public static int length(String a) { return a.length(); }
  public static int literalLength() { return "\ud83d\ude00".length(); }
  public static String reversed(String a) { return new StringBuilder(a).reverse().toString(); }
  public static String[] split(String a, String b) { return a.split(b); }
  public static int find(String a, String b) { return a.indexOf(b); }
  public static int find(String a, String b, int from) { return a.indexOf(b, from); }
  public static String part(String a, int from, int to) { return a.substring(from, to); }
  public static int compare(String a, String b) { return a.compareTo(b); }
  public static boolean same(String a, String b) { return a.equalsIgnoreCase(b); }
  public static String upper(String a) { return a.toUpperCase(); }
  public static int lower(String a) { return a.toLowerCase().length(); }
  public static boolean equal(double a, double b) { return a == b; }
  public static boolean boxedEqual(double a, double b) { return Double.valueOf(a).equals(b); }
  public static double least(double a, double b) { return Math.min(a, b); }
  public static double most(double a, double b) { return Math.max(a, b); }
  public static int hash(String s) { int h = 0; for (char c : s.toCharArray()) h = 31 * h + c; return h; }
  public static int hashCodeOf(String s) { return s.hashCode(); }
  public static int hashCodeOf(int[] a) { return Arrays.hashCode(a); }
  public static String hashed(List<String> a) { return String.join(",", new HashSet<>(a)); }
  public static String first(List<String> a) {
    Set<String> s = new HashSet<>(a);
    for (String x : s) return x;
    return "";
  }
  public static char at(String a, int k) { return a.charAt(k); }
  public static int[] put(int[] a, int k) { a[k] = 1; return a; }
  public static int parse(String a) { return Integer.parseInt(a); }
  public static double parseReal(String a) { return Double.parseDouble(a); }
  public static String formatted(String a, double b) { return String.format(a, b); }
  public static boolean identical(Integer a, Integer b) { return a == b; }
  public static boolean trueIsOne(Object a, Object b) { return a.equals(b); }
  public static double power(double a, double b) { return Math.pow(a, b); }
  public static double root(double a) { return Math.sqrt(a); }
  public static double logarithm(double a) { return Math.log(a); }
  public static int floorDivide(int a, int b) { return Math.floorDiv(a, b); }
  public static String binary(int a) { return Integer.toBinaryString(a); }
  public static String hexadecimal(int a) { return Integer.toHexString(a); }
  public static String replaced(String a, String b, String c) { return a.replaceAll(b, c); }
  public static boolean matched(String a, String b) { return a.matches(b); }
  public static int get(List<Integer> a, int k) { return a.get(k); }
  public static double nan() { return Double.NaN; }
}
