package acrl;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which inputs kill which mutants. */
final class Matrix {
  private final Map<String, Object> request;
  private final List<List<?>> inputs = new ArrayList<>();
  private final List<Call.Outcome> originals = new ArrayList<>();
  private final List<BitSet> reached = new ArrayList<>();
  private final BitSet drifted = new BitSet(); // mutants with a result that differs by what a test tolerates
  private final Mutants mutants;
  private final Map<String, byte[]> classes;

  /** Raises ReflectiveOperationException or LinkageError where the function cannot be called. */
  Matrix(Map<String, Object> request, String owner, String method, int most, Set<Integer> only)
      throws ReflectiveOperationException {
    this.request = request;
    for (Object input : (List<?>) request.get("inputs")) inputs.add((List<?>) input);
    mutants = new Mutants(owner, method, most, only);
    classes = mutants.classes();
  }

  private Call fresh() throws ReflectiveOperationException {
    return Call.find(new Classes(classes), request);
  }

  /** JSON: [[number, kind, reached, drifted, [places of inputs]], ..]. */
  String json() throws ReflectiveOperationException {
    Call call = fresh();
    observe(call);
    List<BitSet> killed = new ArrayList<>();
    for (int m = 0; m < mutants.chosen.size(); m++) killed.add(killed(call, m));
    if (!unchanged(call)) { // mutants left traces in static state: each gets classes of its own
      for (int m = 0; m < mutants.chosen.size(); m++) killed.set(m, killed(fresh(), m));
    }
    StringBuilder b = new StringBuilder("[");
    for (int m = 0; m < mutants.chosen.size(); m++) {
      Mutants.Mutant mutant = mutants.chosen.get(m);
      b.append('[').append(mutant.number()).append(",\"").append(mutant.point().kind()).append("\",");
      b.append(reached(m)).append(',').append(drifted.get(m)).append(",[");
      killed.get(m).stream().forEach(k -> b.append(k).append(','));
      Plain.close(b).append("],");
    }
    return Plain.close(b).toString();
  }

  private void observe(Call call) {
    Probe.following = true;
    try {
      for (List<?> input : inputs) {
        originals.add(call.on(input, Probe.STEPS, call.returnsNothing()));
        reached.add((BitSet) Probe.reached.clone());
      }
    } finally {
      Probe.following = false;
    }
  }

  private boolean reached(int mutant) {
    return reached.stream().anyMatch(r -> r.get(mutant));
  }

  private BitSet killed(Call call, int mutant) {
    BitSet killed = new BitSet();
    drifted.clear(mutant);
    Probe.active = mutant;
    try {
      for (int k = 0; k < inputs.size(); k++) {
        Call.Outcome original = originals.get(k);
        if (original.kind > Call.RAISES || !reached.get(k).get(mutant)) continue;
        Call.Outcome seen = call.on(inputs.get(k), 20 * original.steps + 2000, call.returnsNothing());
        if (!passes(seen, original)) killed.set(k);
        else if (!same(seen, original)) drifted.set(mutant);
      }
    } finally {
      Probe.active = -1;
    }
    return killed;
  }

  /** Whether a test made of one outcome takes the other: of an error it takes any, as it is not the same in Python. */
  private static boolean passes(Call.Outcome o, Call.Outcome original) {
    if (o.kind != original.kind) return false;
    if (o.kind == Call.RAISES) return true;
    return Plain.close(o.value, original.value) && Plain.close(o.arguments, original.arguments);
  }

  /** Whether two outcomes that pass for each other are so to the last bit. */
  private static boolean same(Call.Outcome o, Call.Outcome original) {
    return Objects.equals(o.value, original.value) && Objects.equals(o.arguments, original.arguments);
  }

  private boolean unchanged(Call call) {
    for (int k = 0; k < inputs.size(); k++) {
      Call.Outcome again = call.on(inputs.get(k), Probe.STEPS, call.returnsNothing());
      if (again.kind != originals.get(k).kind || !passes(again, originals.get(k))) return false;
    }
    return true;
  }
}
