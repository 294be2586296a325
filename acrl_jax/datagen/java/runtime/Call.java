package acrl;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One method, called on one input after another. */
final class Call {
  static final int VALUE = 0, RAISES = 1, LIMIT = 2, UNUSABLE = 3;
  private static final Pattern PLACE = Pattern.compile("-\\d|begin |[tT]oIndex|fromIndex");

  /** What one call did. */
  static final class Outcome {
    int kind;
    Object value;
    Object arguments; // after the call, null where they are as they were
    String error;
    int flags;
    long steps;
  }

  final Method method;
  private final Constructor<?> maker; // of the object that the method is called on
  private final Shape[] shapes;
  private final boolean immutable; // whether no argument can be changed by the method

  private Call(Method method, Constructor<?> maker, Shape[] shapes) {
    this.method = method;
    this.maker = maker;
    this.shapes = shapes;
    this.immutable = Arrays.stream(shapes).allMatch(Shape::immutable);
    method.setAccessible(true);
  }

  /** Raises ReflectiveOperationException, LinkageError or IllegalArgumentException. */
  static Call find(ClassLoader loader, Map<String, Object> request) throws ReflectiveOperationException {
    Class<?> c = load(loader, (String) request.get("container"));
    boolean instance = (Boolean) request.get("instance");
    List<?> erased = (List<?>) request.get("erased"), sources = (List<?>) request.get("sources");
    for (Method m : c.getMethods()) {
      if (m.getName().equals(request.get("name")) && !m.isSynthetic()
          && Modifier.isStatic(m.getModifiers()) != instance && takes(m, erased)) {
        Shape[] shapes = sources.stream().map(s -> Shape.parse((String) s)).toArray(Shape[]::new);
        return new Call(m, instance ? c.getConstructor() : null, shapes);
      }
    }
    throw new NoSuchMethodException(c.getName() + " has no public " + request.get("name") + erased);
  }

  /** By its name, whether or not the classes around it are told apart from packages. */
  private static Class<?> load(ClassLoader loader, String name) throws ClassNotFoundException {
    for (String n = name; ; ) {
      try {
        return Class.forName(n, true, loader);
      } catch (ClassNotFoundException e) {
        int dot = n.lastIndexOf('.');
        if (dot < 0) throw new ClassNotFoundException(name);
        n = n.substring(0, dot) + "$" + n.substring(dot + 1);
      }
    }
  }

  private static boolean takes(Method m, List<?> erased) {
    Class<?>[] types = m.getParameterTypes();
    if (types.length != erased.size()) return false;
    for (int k = 0; k < types.length; k++) {
      if (!types[k].getSimpleName().equals(((String) erased.get(k)).replace("...", "[]"))) return false;
    }
    return true;
  }

  boolean returnsNothing() {
    return method.getReturnType() == void.class;
  }

  /** Arguments for one call. Raises RuntimeException where the input does not fit. */
  Object[] decode(List<?> input) {
    if (input.size() != shapes.length) throw new IllegalArgumentException(input.size() + " arguments");
    Object[] arguments = new Object[shapes.length];
    for (int k = 0; k < arguments.length; k++) arguments[k] = shapes[k].decode(input.get(k));
    return arguments;
  }

  /** Calls the method; `withArguments`: the outcome has the arguments as they are after the call. */
  Outcome on(List<?> input, long limit, boolean withArguments) {
    Outcome o = new Outcome();
    Probe.reset(limit);
    Object[] arguments;
    try {
      arguments = decode(input);
    } catch (IllegalArgumentException | ClassCastException | ArithmeticException e) {
      end(o, UNUSABLE, "input:" + e.getMessage());
      return o;
    }
    try {
      Object before = immutable || !withArguments ? null : Plain.ofArguments(arguments);
      Object self = maker == null ? null : maker.newInstance();
      o.value = Plain.of(method.invoke(self, arguments));
      // Python's bytes hold large numbers as they are, but no negative ones; other results may come of the sign.
      if (o.value instanceof Plain.Bytes ? Probe.negative : Probe.large) Probe.flag(Probe.NARROW);
      if (before != null) {
        Object after = Plain.ofArguments(arguments);
        if (!after.equals(before)) o.arguments = after;
      }
    } catch (InvocationTargetException e) {
      failed(o, e.getCause());
    } catch (Throwable e) {
      failed(o, e); // of an iterator, while it was being read
    }
    if (Probe.banned != null) end(o, UNUSABLE, "banned:" + Probe.banned);
    else if (Probe.limited != null) end(o, LIMIT, Probe.limited);
    o.flags = Probe.flags;
    o.steps = Probe.steps;
    return o;
  }

  private static void failed(Outcome o, Throwable e) {
    if (e instanceof Plain.Unusable) end(o, UNUSABLE, e.getMessage());
    else if (e instanceof OutOfMemoryError) end(o, LIMIT, "memory");
    else if (e instanceof StackOverflowError) end(o, LIMIT, "stack");
    else if (e instanceof LinkageError || e instanceof InstantiationException) end(o, UNUSABLE, "linkage");
    else end(o, RAISES, name(e.getClass()));
    if (o.kind == RAISES) look(e);
  }

  private static void end(Outcome o, int kind, String error) {
    o.kind = kind;
    o.error = error;
    o.value = o.arguments = null;
  }

  private static String name(Class<?> c) {
    return c.getSimpleName().isEmpty() ? name(c.getSuperclass()) : c.getSimpleName();
  }

  /** Errors that Python does not raise: it counts from the end, cuts slices short, and has numbers of any size. */
  private static void look(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof IndexOutOfBoundsException && PLACE.matcher(message).find()) Probe.flag(Probe.INDEX);
    if (e instanceof IllegalArgumentException && message.startsWith("fromIndex(")) Probe.flag(Probe.INDEX);
    if (e instanceof NegativeArraySizeException) Probe.flag(Probe.INDEX);
    if (e instanceof ArithmeticException && message.contains("overflow")) Probe.flag(Probe.OVF);
    if (e instanceof ArithmeticException && message.contains("terminating")) Probe.flag(Probe.ROUND);
  }
}
