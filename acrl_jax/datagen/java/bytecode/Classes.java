package acrl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The program's classes, rewritten; every loader has them new, with static state of their own. */
final class Classes extends ClassLoader {
  private static final String[] NOT_OWN = {
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "acrl.", "org.objectweb.asm."
  };
  private static final Map<String, byte[]> RAW = new HashMap<>(), REWRITTEN = new HashMap<>(), PLAIN = new HashMap<>();
  private static URLClassLoader jars;

  private final Map<String, byte[]> replaced;

  /** With classes given, by name, in place of the program's. */
  Classes(Map<String, byte[]> replaced) {
    super(Classes.class.getClassLoader());
    this.replaced = replaced;
  }

  static void open(String[] paths) throws MalformedURLException {
    URL[] urls = new URL[paths.length];
    for (int k = 0; k < paths.length; k++) urls[k] = Path.of(paths[k]).toUri().toURL();
    jars = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  /** Whether a class is the program's, to be rewritten. */
  static boolean own(String name) {
    for (String prefix : NOT_OWN) {
      if (name.startsWith(prefix)) return false;
    }
    return true;
  }

  /** A class as it is in the jars; null where there is none. */
  static byte[] raw(String name) {
    return RAW.computeIfAbsent(name, n -> {
      try (InputStream in = jars.getResourceAsStream(n.replace('.', '/') + ".class")) {
        return in == null ? null : in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static byte[] rewritten(String name) {
    return raw(name) == null ? null : REWRITTEN.computeIfAbsent(name, n -> Instrument.rewrite(raw(n), true));
  }

  /** The same without numbered branches, so that mutants made of it change no branch's number. */
  static byte[] plain(String name) {
    return PLAIN.computeIfAbsent(name, n -> Instrument.rewrite(raw(n), false));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!own(name)) return super.loadClass(name, resolve);
    synchronized (this) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) return loaded;
      byte[] code = replaced.containsKey(name) ? replaced.get(name) : rewritten(name);
      if (code == null) throw new ClassNotFoundException(name);
      return defineClass(name, code, 0, code.length);
    }
  }

  @Override
  protected URL findResource(String name) {
    return jars.findResource(name);
  }
}
