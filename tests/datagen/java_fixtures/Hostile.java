package fixtures;

import java.io.FileWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** Programs that harm whoever runs them. */
public class Hostile {
  private static int calls;

  public static int loop(int n) {
    while (n != 0) n = n > 0 ? n : n + 1;
    return n;
  }

  public static int loopFromFirst(Set<Integer> a) {
    return loop(a.iterator().next());
  }

  public static int sum(int n) {
    int sum = 0;
    for (int k = 0; k < n; k++) sum += k;
    return sum;
  }

  public static int stubborn(int n) {
    while (true) {
      try {
        loop(n);
      } catch (Throwable e) {
        n++;
      }
    }
  }

  /** Endless within the JDK, where no step is counted. */
  public static long within(long n) {
    return LongStream.range(0, n).sum();
  }

  public static int allocate(int n) {
    return new long[n].length;
  }

  public static int square(int n) {
    return new int[n][n].length;
  }

  public static String twice(String text) {
    while (true) text = text + text;
  }

  public static int deep(int n) {
    return n == 0 ? 0 : 1 + deep(n - 1);
  }

  public static int exit(int n) {
    if (n > 0) System.exit(n);
    return n;
  }

  public static int exitQuietly(int n) {
    try {
      System.exit(n);
    } catch (Throwable e) {
      return 7;
    }
    return 8;
  }

  public static int thread(int n) {
    new Thread(() -> { while (true) { } }).start();
    return n;
  }

  public static long clock(int n) {
    return System.nanoTime();
  }

  public static double chance(int n) {
    return List.of(n).stream().mapToDouble(x -> Math.random()).sum();
  }

  public static int count(int n) {
    return n + calls++;
  }

  public static class Once {
    static final int VALUE = value();

    private static int value() {
      throw new IllegalStateException("once");
    }

    public static int get(int n) {
      return n + VALUE;
    }
  }

  /** What a static initialiser, which no ban looks into, gets done. */
  public static class Sneak {
    private static final List<String> DONE = new ArrayList<>();

    static {
      attempt("read", () -> Files.readString(Path.of("/etc/passwd")));
      attempt("write", () -> { try (FileWriter w = new FileWriter("/tmp/sneaked")) { w.write("x"); } return 0; });
      attempt("write home", () -> Files.writeString(Path.of(System.getProperty("user.home"), ".sneaked"), "x"));
      attempt("list", () -> Files.list(Path.of("/home")).count());
      attempt("process", () -> new ProcessBuilder("/bin/true").start());
      attempt("network", () -> new Socket(InetAddress.getLoopbackAddress(), Integer.getInteger("sneak", 0)));
    }

    private static void attempt(String what, java.util.concurrent.Callable<?> action) {
      try {
        action.call();
        DONE.add(what);
      } catch (Exception e) {
        // not possible
      }
    }

    public static List<String> done(int n) {
      return DONE;
    }
  }
}
