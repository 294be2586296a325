package fixtures;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Values on their way in, through and out. */
public class Values {
  private int calls;

  public static long same(long a) { return a; }
  public static byte same(byte a) { return a; }
  public static BigInteger same(BigInteger a) { return a; }
  public static double same(double a) { return a; }
  public static float same(float a) { return a; }
  public static boolean same(boolean a) { return a; }
  public static char same(char a) { return a; }
  public static String same(String a) { return a; }
  public static CharSequence same(CharSequence a) { return a; }
  public static Integer same(Integer a) { return a; }
  public static byte[] same(byte[] a) { return a; }
  public static int[][] same(int[][] a) { return a; }
  public static char[] same(char[] a) { return a; }
  public static <T> List<T> same(List<T> a) { return a; }
  public static <T> Set<T> same(Set<T> a) { return a; }
  public static <K, V> Map<K, V> same(Map<K, V> a) { return a; }
  public static <T extends Comparable<T>> T largest(T... a) { return Collections.max(Arrays.asList(a)); }
  public static <T> T[] array(T[] a) { return a; }
  public static Class<?> kind(Object a) { return a.getClass(); }
  public static String kindOf(Object a) { return a.getClass().getSimpleName(); }

  public static Iterator<Integer> iterator(List<Integer> a) { return a.iterator(); }
  public static Iterable<Integer> iterable(List<Integer> a) { return () -> a.iterator(); }
  public static Stream<String> stream(List<String> a) { return a.stream().map(x -> x + "!"); }
  public static IntStream endless(int a) { return IntStream.iterate(a, x -> x + 1); }
  public static Optional<String> some(String a) { return Optional.ofNullable(a); }
  public static String half(String a) { return a.substring(0, 1); }
  public static String many(int n) { return "x".repeat(n); }
  public static Set<List<Integer>> nested(List<Integer> a) { return Set.of(a); }
  public static byte[] bytes(int a) { return new byte[] {(byte) a}; }
  public static byte[] bytes(Byte[] a) { return new byte[] {a[0]}; }
  public static int signed(int a) { byte[] b = {(byte) a}; return b[0]; }
  public static byte[] fetched(String a) { return a.getBytes(StandardCharsets.ISO_8859_1); }
  public static void put(byte[] a, int k) { Arrays.fill(a, (byte) k); }
  public static Iterator<Integer> failing(int a) {
    return new Iterator<>() {
      public boolean hasNext() { return true; }
      public Integer next() { throw new IllegalArgumentException(); }
    };
  }

  public static int[] sorted(int[] a) { Arrays.sort(a); return a; }
  public static void reverse(List<Integer> a) { Collections.reverse(a); }
  public static void fill(byte[] a) { Arrays.fill(a, (byte) 1); }
  public static List<List<Integer>> twice(List<Integer> a) {
    a.add(1);
    List<List<Integer>> both = new ArrayList<>(List.of(a, a));
    a.add(2);
    return both;
  }

  public static int ordered(Set<Integer> a) { return a.iterator().next(); }
  public static int size(Set<Integer> a) { return new HashSet<>(a).size(); }

  public int call(int n) { return n + ++calls; }

  public static String kind(int n) {
    switch (n) {
      case 1: return "one";
      case 2: return "two";
      default: return n < 0 ? "negative" : "many";
    }
  }

  public static int clamp(int x) {
    if (x < 0) return 0;
    return x;
  }

  public static int clampTwice(int x) {
    return clamp(x) + clamp(x);
  }

  private static int last;

  public static int remember(int x) {
    last = last == 0 ? x : last;
    return last;
  }

  public static boolean longer(String a, int n) {
    if (a == null) throw new IllegalArgumentException("no text");
    return a.length() > n;
  }

  public static double almost(double x) {
    return x + x * 1e-12;
  }

  public static double sum(double x, double y) {
    return x + y;
  }

  public static int delegated(int x) {
    return Others.twice(x);
  }

  public static int throughObjects(int x) {
    return new Others.Lower().more(x);
  }

  public static int busy(int x) {
    return Others.twice(x) + 10 * x - 11 * x + 12 * x - 13 * x + 14 * x - 15 * x + 16 * x;
  }

  public static int refused(int x, int y) {
    if (x < 0) throw new IllegalArgumentException("no " + Others.twice(x > 9 ? 1 : y) + String.valueOf(y + 1));
    return x;
  }

  public static String label(int x) {
    if (x < 0) return null;
    return x == 0 ? "" : "some";
  }

  public static String blank(int x) {
    if (x == 0) return "";
    return "some";
  }

  public static long floor(int x) {
    if (x == 0) return 0L;
    return 5L;
  }
}
