package acrl;

import java.util.BitSet;

/** What one call does while it runs: steps, flags, branches. One call runs at a time. */
public final class Probe {
  /** Names of the flags, bit by bit. */
  static final String[] FLAGS = {
    "OVF", "NEGDIV", "NARROW", "SHIFT", "F32", "FSPEC", "D2I", "FREM", "HASHCODE", "FTOSTR", "HASHITER", "ABSMIN",
    "NONDET", "LOCALE", "ROUND", "FORMAT", "SPLIT", "SPACE", "CHARSET", "UTF16", "ORDER", "PARSE", "REGEX", "INDEX",
    "IDENTITY"
  };
  static final int OVF = 1, NEGDIV = 1 << 1, NARROW = 1 << 2, SHIFT = 1 << 3, F32 = 1 << 4, FSPEC = 1 << 5;
  static final int D2I = 1 << 6, FREM = 1 << 7, HASHCODE = 1 << 8, FTOSTR = 1 << 9, HASHITER = 1 << 10;
  static final int ABSMIN = 1 << 11, NONDET = 1 << 12, LOCALE = 1 << 13, ROUND = 1 << 14, FORMAT = 1 << 15;
  static final int SPLIT = 1 << 16, SPACE = 1 << 17, CHARSET = 1 << 18, UTF16 = 1 << 19, ORDER = 1 << 20;
  static final int PARSE = 1 << 21, REGEX = 1 << 22, INDEX = 1 << 23, IDENTITY = 1 << 24;

  static final long STEPS = 200_000; // of a call
  private static final long INITIAL = 20_000_000; // of a static initialiser, on top: they fill tables
  private static final long ELEMENTS = 16_000_000; // of the arrays that a call makes

  /** Ends a call. Made once: a program that runs out of memory must still be stoppable. */
  @SuppressWarnings("serial")
  static final class Stop extends Error {
    Stop(String why) {
      super(why, null, false, false);
    }
  }

  private static final Stop TOO_LONG = new Stop("steps"), TOO_LARGE = new Stop("memory"), BANNED = new Stop("banned");

  static int flags;
  static long steps, limit = STEPS;
  static String limited, banned; // why the call was stopped; it may have caught what stopped it
  static int first, count; // the numbered branches: those of the function itself
  static final BitSet branches = new BitSet();
  static final BitSet reached = new BitSet(); // places of mutants
  static boolean following; // whether `reached` is filled
  public static int active = -1; // the mutant that runs
  static boolean negative, large; // whether an array of bytes got one below 0, or one from 128 to 255
  private static long elements, saved;
  private static int initialisers; // running

  private Probe() {}

  static void reset(long steps) {
    flags = 0;
    negative = large = false;
    Probe.steps = 0;
    limit = steps;
    limited = banned = null;
    elements = 0;
    initialisers = 0;
    branches.clear();
    reached.clear();
  }

  /** At every method's begin and before every jump back. */
  public static void tick() {
    if (++steps > limit) tooLong();
  }

  /** What the JDK does at once, in steps. */
  static void work(long more) {
    if ((steps += more) > limit) tooLong();
  }

  private static void tooLong() {
    limited = "steps";
    throw TOO_LONG;
  }

  /** Before every new array: the same number back. */
  public static int room(int length) {
    if (length > 0 && initialisers == 0 && (elements += length) > ELEMENTS) tooLarge();
    return length;
  }

  /** The same for an array of arrays, the last two of whose sizes these are. */
  public static void room(int rows, int columns) {
    if (rows > 0 && columns > 0) room((int) Math.min(Integer.MAX_VALUE, (long) rows * columns));
  }

  static void tooLarge() {
    limited = "memory";
    throw TOO_LARGE;
  }

  public static void flag(int which) {
    if (initialisers == 0) flags |= which; // what a class does once is not this call's doing
  }

  static void stored(boolean below) {
    if (initialisers > 0) return;
    if (below) negative = true;
    else large = true;
  }

  public static void ban(String what) {
    if (initialisers > 0) return;
    flags |= NONDET;
    banned = what;
    throw BANNED;
  }

  public static void enterInitialiser() {
    if (initialisers++ == 0) {
      saved = steps;
      limit += INITIAL;
    }
  }

  public static void leaveInitialiser() {
    if (--initialisers == 0) {
      steps = saved;
      limit -= INITIAL;
    }
  }

  public static void reach(int place) {
    if (following && initialisers == 0) reached.set(place);
  }

  private static void branch(int id, boolean taken) {
    int number = id - first + (taken ? 1 : 0);
    if (number >= 0 && number < count && initialisers == 0) branches.set(number);
  }

  public static void zero(int v, int op, int id) {
    branch(id, compare(v, 0, op - 153));
  }

  public static void two(int a, int b, int op, int id) {
    branch(id, compare(a, b, op - 159));
  }

  /** In the order of the instructions: eq ne lt ge gt le. */
  private static boolean compare(int a, int b, int how) {
    switch (how) {
      case 0: return a == b;
      case 1: return a != b;
      case 2: return a < b;
      case 3: return a >= b;
      case 4: return a > b;
      default: return a <= b;
    }
  }

  public static void same(Object a, Object b, int op, int id) {
    branch(id, (a == b) == (op == 165));
  }

  public static void none(Object a, int op, int id) {
    branch(id, (a == null) == (op == 198));
  }

  /** Numbers and characters are equal in Python wherever they came from. */
  public static void identity(Object a, Object b) {
    if (a != b && (a instanceof Number || a instanceof Character) && a.equals(b)) flag(IDENTITY);
  }

  /** A switch: `keys` are its cases, and what comes after them is its default. */
  public static void choice(int v, String keys, int id) {
    int place = 0;
    while (place < keys.length() / 2 && (keys.charAt(2 * place) << 16 | keys.charAt(2 * place + 1)) != v) place++;
    branch(id + place, false);
  }
}
