package acrl;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Type;

/** Answers one request a line: run, mutate. Arguments: the jars. Every request sees fresh classes. */
public final class Server {
  private static final long STACK = 256L << 20; // bytes: steps run out before it does
  private static final long LOOK = 1000; // milliseconds from one look at its time to the next
  private static final int WAITS = 4; // times its limit that a request may take, if it has to wait for a processor
  private static final int HUNG = 75; // exit status

  private Server() {}

  public static void main(String[] jars) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "US-ASCII");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    System.setErr(System.out);
    System.setIn(InputStream.nullInputStream());
    Classes.open(jars);
    out.println("{\"flags\":[\"" + String.join("\",\"", Probe.FLAGS) + "\"]}");
    out.flush();
    for (String line; (line = in.readLine()) != null; ) {
      out.println(answer(line));
      out.flush();
    }
    Runtime.getRuntime().halt(0); // whatever threads are left
  }

  private static String answer(String line) throws InterruptedException {
    @SuppressWarnings("unchecked")
    Map<String, Object> request = (Map<String, Object>) Json.parse(line);
    String[] answer = new String[1];
    Thread thread = new Thread(null, () -> answer[0] = safely(request), "call", STACK);
    thread.setDaemon(true);
    thread.start();
    long limit = (Long) request.get("milliseconds");
    for (long waited = 0; ; waited += LOOK) {
      thread.join(LOOK);
      if (!thread.isAlive()) return answer[0];
      // A busy machine is no fault of the program's: its own time on a processor counts.
      long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) / 1_000_000;
      if (used > limit || waited > WAITS * limit) Runtime.getRuntime().halt(HUNG);
    }
  }

  private static String safely(Map<String, Object> request) {
    try {
      return request.get("do").equals("run") ? run(request) : mutate(request);
    } catch (ReflectiveOperationException | LinkageError | IllegalArgumentException e) {
      return error("no_method", e.toString());
    } catch (Throwable e) {
      return error("fault", e + " at " + e.getStackTrace()[0]);
    }
  }

  private static String error(String reason, String detail) {
    StringBuilder b = new StringBuilder("{\"error\":\"").append(reason).append("\",\"detail\":");
    Json.write(b, detail);
    return b.append('}').toString();
  }

  /** What each input does: [kind, value or error, flags, branches, arguments where they have changed]. */
  private static String run(Map<String, Object> request) throws ReflectiveOperationException {
    Call call = Call.find(new Classes(Map.of()), request);
    int[] branches = Instrument.BRANCHES.getOrDefault(
        call.method.getDeclaringClass().getName() + "." + call.method.getName()
            + Type.getMethodDescriptor(call.method), new int[2]);
    Probe.first = branches[0];
    Probe.count = branches[1];
    StringBuilder b = new StringBuilder("{\"branches\":").append(branches[1]).append(",\"runs\":[");
    for (Object input : (List<?>) request.get("inputs")) {
      Call.Outcome o = call.on((List<?>) input, Probe.STEPS, true);
      b.append('[').append(o.kind).append(',');
      Plain.write(b, o.kind == Call.VALUE ? o.value : o.error);
      b.append(',').append(o.flags).append(",[");
      Probe.branches.stream().forEach(k -> b.append(k).append(','));
      Plain.close(b);
      if (o.arguments != null) Plain.write(b.append(','), o.arguments);
      b.append("],");
    }
    return Plain.close(b).append('}').toString();
  }

  private static String mutate(Map<String, Object> request) throws ReflectiveOperationException {
    Call call = Call.find(new Classes(Map.of()), request);
    Set<Integer> only = null;
    if (request.get("only") != null) {
      only = new HashSet<>();
      for (Object number : (List<?>) request.get("only")) only.add(((Long) number).intValue());
    }
    String method = call.method.getName() + Type.getMethodDescriptor(call.method);
    int most = ((Long) request.get("most")).intValue();
    String owner = call.method.getDeclaringClass().getName();
    return "{\"mutants\":" + new Matrix(request, owner, method, most, only).json() + "}";
  }
}
