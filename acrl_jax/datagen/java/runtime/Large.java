package acrl;

import java.math.BigInteger;

/** Calls of the JDK that take long or fill the memory without a step of the program's own. */
public final class Large {
  private static final long BITS = 1 << 17; // of a number
  private static final long STEP = 1 << 12; // products of two words that count as one step

  private Large() {}

  private static void check(long bits, long otherBits) {
    if (bits + otherBits > BITS) Probe.tooLarge();
    Probe.work(bits / 32 * (otherBits / 32) / STEP);
  }

  public static BigInteger BigInteger_multiply(BigInteger a, BigInteger b) {
    check(a.bitLength(), b.bitLength());
    return a.multiply(b);
  }

  public static BigInteger BigInteger_pow(BigInteger a, int n) {
    long bits = (long) a.bitLength() * Math.max(n, 0);
    check(bits, bits);
    return a.pow(n);
  }

  public static BigInteger BigInteger_shiftLeft(BigInteger a, int n) {
    check(a.bitLength() + (long) n, 0);
    return a.shiftLeft(n);
  }

  public static BigInteger BigInteger_divide(BigInteger a, BigInteger b) {
    check(a.bitLength(), b.bitLength());
    return a.divide(b);
  }

  public static BigInteger BigInteger_mod(BigInteger a, BigInteger b) {
    check(a.bitLength(), b.bitLength());
    return a.mod(b);
  }

  public static BigInteger BigInteger_modPow(BigInteger a, BigInteger n, BigInteger m) {
    check(m.bitLength() * (long) n.bitLength(), m.bitLength());
    return a.modPow(n, m);
  }

  public static boolean BigInteger_isProbablePrime(BigInteger a, int certainty) {
    check(a.bitLength() * (long) a.bitLength(), a.bitLength());
    return a.isProbablePrime(certainty);
  }

  public static BigInteger BigInteger_nextProbablePrime(BigInteger a) {
    check(a.bitLength() * (long) a.bitLength(), a.bitLength());
    return a.nextProbablePrime();
  }

  public static String String_repeat(String s, int n) {
    if (n > 0 && (long) s.length() * n > Integer.MAX_VALUE) Probe.tooLarge();
    Probe.room(n > 0 ? s.length() * n : 0);
    return s.repeat(n);
  }
}
