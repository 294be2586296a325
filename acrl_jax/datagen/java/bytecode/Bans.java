package acrl;

import java.util.Map;
import java.util.Set;

/** Calls whose results come from outside the arguments. They rule functions out; what confines them is the process. */
final class Bans {
  private static final String[] OWNERS = { // what their names begin with
    "java/net/", "java/nio/file/", "java/nio/channels/", "java/lang/reflect/", "java/lang/invoke/MethodHandles",
    "java/lang/Process", "java/lang/Runtime.", "java/lang/Thread.", "java/util/concurrent/ForkJoin",
    "java/util/concurrent/Executor", "java/util/concurrent/CompletableFuture", "java/util/concurrent/ThreadLocalRandom",
    "java/util/Timer.", "java/io/File", "java/io/RandomAccessFile", "java/io/Console", "java/security/SecureRandom",
    "java/time/Clock", "java/sql/", "java/awt/", "java/rmi/", "javax/net/", "javax/swing/", "sun/", "com/sun/", "jdk/"
  };
  private static final Set<String> HARMLESS = Set.of(
      "java/net/URLEncoder", "java/net/URLDecoder", "java/net/URI", "java/net/URISyntaxException",
      "java/lang/reflect/Array", "java/io/FileNotFoundException", "java/sql/Timestamp");
  private static final Map<String, Set<String>> METHODS = Map.of(
      "java/lang/System", Set.of("exit", "currentTimeMillis", "nanoTime", "getenv", "getProperty", "getProperties",
          "setProperty", "clearProperty", "identityHashCode", "load", "loadLibrary", "setSecurityManager", "setOut",
          "setErr", "setIn", "console", "gc"),
      "java/lang/Math", Set.of("random"), "java/lang/StrictMath", Set.of("random"),
      "java/util/UUID", Set.of("randomUUID"), "java/util/Calendar", Set.of("getInstance"),
      "java/util/Collections", Set.of("shuffle"),
      "java/lang/Class", Set.of("forName", "getMethod", "getMethods", "getField", "getFields", "getConstructor",
          "getConstructors", "newInstance", "getClassLoader", "getResource", "getResourceAsStream"),
      "java/util/Locale", Set.of("setDefault"), "java/util/TimeZone", Set.of("setDefault"));
  private static final Set<String> FRESH = Set.of("java/util/Random", "java/util/Date", "java/util/GregorianCalendar");

  private Bans() {}

  /** The name under which such a call is reported; null for a call that is allowed. */
  static String of(String owner, String name, String descriptor) {
    for (String o : OWNERS) {
      if ((owner + ".").startsWith(o) && !HARMLESS.contains(owner)) return owner + "." + name;
    }
    boolean banned = METHODS.getOrDefault(owner, Set.of()).contains(name)
        || owner.equals("java/lang/Class") && name.startsWith("getDeclared")
        || owner.startsWith("java/time/") && name.equals("now")
        || FRESH.contains(owner) && name.equals("<init>") && descriptor.equals("()V")
        || owner.startsWith("java/lang/Object") && (name.equals("wait") || name.startsWith("notify"))
        || owner.startsWith("java/util/") && name.startsWith("parallel");
    return banned ? owner + "." + name : null;
  }
}
