package acrl;

/** Java's arithmetic, flagged where Python's has another result. */
public final class Arithmetic {
  private Arithmetic() {}

  public static int iadd(int a, int b) {
    int r = a + b;
    if (((a ^ r) & (b ^ r)) < 0) Probe.flag(Probe.OVF);
    return r;
  }

  public static int isub(int a, int b) {
    int r = a - b;
    if (((a ^ b) & (a ^ r)) < 0) Probe.flag(Probe.OVF);
    return r;
  }

  public static int imul(int a, int b) {
    long r = (long) a * b;
    if (r != (int) r) Probe.flag(Probe.OVF);
    return (int) r;
  }

  public static int ineg(int a) {
    if (a == Integer.MIN_VALUE) Probe.flag(Probe.OVF);
    return -a;
  }

  public static int idiv(int a, int b) {
    if ((a ^ b) < 0 && b != 0 && a % b != 0) Probe.flag(Probe.NEGDIV);
    if (a == Integer.MIN_VALUE && b == -1) Probe.flag(Probe.OVF);
    return a / b;
  }

  public static int irem(int a, int b) {
    if ((a ^ b) < 0 && b != 0 && a % b != 0) Probe.flag(Probe.NEGDIV);
    return a % b;
  }

  public static int ishl(int a, int n) {
    if (n < 0 || n > 31 || (long) a << n != a << n) Probe.flag(Probe.SHIFT);
    return a << n;
  }

  public static int ishr(int a, int n) {
    if (n < 0 || n > 31) Probe.flag(Probe.SHIFT);
    return a >> n;
  }

  public static int iushr(int a, int n) {
    if (n < 0 || n > 31 || a < 0) Probe.flag(Probe.SHIFT);
    return a >>> n;
  }

  public static long ladd(long a, long b) {
    long r = a + b;
    if (((a ^ r) & (b ^ r)) < 0) Probe.flag(Probe.OVF);
    return r;
  }

  public static long lsub(long a, long b) {
    long r = a - b;
    if (((a ^ b) & (a ^ r)) < 0) Probe.flag(Probe.OVF);
    return r;
  }

  public static long lmul(long a, long b) {
    if (Math.multiplyHigh(a, b) != a * b >> 63) Probe.flag(Probe.OVF);
    return a * b;
  }

  public static long lneg(long a) {
    if (a == Long.MIN_VALUE) Probe.flag(Probe.OVF);
    return -a;
  }

  public static long ldiv(long a, long b) {
    if ((a ^ b) < 0 && b != 0 && a % b != 0) Probe.flag(Probe.NEGDIV);
    if (a == Long.MIN_VALUE && b == -1) Probe.flag(Probe.OVF);
    return a / b;
  }

  public static long lrem(long a, long b) {
    if ((a ^ b) < 0 && b != 0 && a % b != 0) Probe.flag(Probe.NEGDIV);
    return a % b;
  }

  public static long lshl(long a, int n) {
    if (n < 0 || n > 63 || a << n >> n != a) Probe.flag(Probe.SHIFT);
    return a << n;
  }

  public static long lshr(long a, int n) {
    if (n < 0 || n > 63) Probe.flag(Probe.SHIFT);
    return a >> n;
  }

  public static long lushr(long a, int n) {
    if (n < 0 || n > 63 || a < 0) Probe.flag(Probe.SHIFT);
    return a >>> n;
  }

  private static float single(float r, double exact) {
    if (r != exact) Probe.flag(r - r != 0 ? Probe.FSPEC | Probe.F32 : Probe.F32);
    else if (r - r != 0) Probe.flag(Probe.FSPEC);
    return r;
  }

  public static float fadd(float a, float b) {
    return single(a + b, (double) a + b);
  }

  public static float fsub(float a, float b) {
    return single(a - b, (double) a - b);
  }

  public static float fmul(float a, float b) {
    return single(a * b, (double) a * b);
  }

  public static float fdiv(float a, float b) {
    return single(a / b, (double) a / b);
  }

  public static float frem(float a, float b) {
    if (a < 0 != b < 0 && a % b != 0) Probe.flag(Probe.FREM);
    return single(a % b, (double) a % b);
  }

  private static double finite(double r) {
    if (r - r != 0) Probe.flag(Probe.FSPEC); // infinite, or not a number
    return r;
  }

  public static double dadd(double a, double b) {
    return finite(a + b);
  }

  public static double dsub(double a, double b) {
    return finite(a - b);
  }

  public static double dmul(double a, double b) {
    return finite(a * b);
  }

  public static double ddiv(double a, double b) {
    if (b == 0) Probe.flag(Probe.FSPEC);
    return finite(a / b);
  }

  public static double drem(double a, double b) {
    if (a < 0 != b < 0 && a % b != 0) Probe.flag(Probe.FREM);
    return finite(a % b);
  }

  public static byte i2b(int a) {
    if ((byte) a != a) Probe.flag(Probe.NARROW);
    return (byte) a;
  }

  public static short i2s(int a) {
    if ((short) a != a) Probe.flag(Probe.NARROW);
    return (short) a;
  }

  public static char i2c(int a) {
    if ((char) a != a) Probe.flag(Probe.NARROW);
    return (char) a;
  }

  public static int l2i(long a) {
    if ((int) a != a) Probe.flag(Probe.NARROW);
    return (int) a;
  }

  public static int d2i(double a) {
    if (!(a > -2147483649.0 && a < 2147483648.0)) Probe.flag(Probe.D2I);
    return (int) a;
  }

  public static long d2l(double a) {
    if (!(a >= -0x1p63 && a < 0x1p63)) Probe.flag(Probe.D2I);
    return (long) a;
  }

  public static int f2i(float a) {
    return d2i(a);
  }

  public static long f2l(float a) {
    return d2l(a);
  }

  public static float d2f(double a) {
    return single((float) a, a);
  }

  public static float i2f(int a) {
    return single(a, a);
  }

  public static float l2f(long a) {
    float r = a;
    if (r != (double) a || a != (long) (double) a) Probe.flag(Probe.F32);
    return r;
  }
}
