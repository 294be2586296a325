package fixtures;

/** What methods of another class call. */
public class Others {
  public static class Upper {
    public int more(int x) { return x + 1; }
  }

  public static class Lower extends Upper {}

  static int twice(int x) {
    if (x > 100) return deep(x);
    return 2 * x;
  }

  static int deep(int x) { return deeper(x) - 1; }
  static int deeper(int x) { return deepest(x) - 1; }
  static int deepest(int x) { return x - 1; }
}
