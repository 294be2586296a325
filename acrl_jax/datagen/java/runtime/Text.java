package acrl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Methods of strings, flagged where Python's namesakes answer differently. `String_trim` stands for String.trim. */
public final class Text {
  private Text() {}

  /** str.isspace. */
  static boolean space(int c) {
    return c >= 9 && c <= 13 || c >= 28 && c <= 32 || c == 0x85 || c == 0xA0 || c == 0x1680
        || c >= 0x2000 && c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
  }

  private static String strip(String s, boolean left, boolean right) {
    int start = 0, end = s.length();
    while (left && start < end && space(s.charAt(start))) start++;
    while (right && start < end && space(s.charAt(end - 1))) end--;
    return s.substring(start, end);
  }

  private static String stripped(String java, String python) {
    if (!java.equals(python)) Probe.flag(Probe.SPACE);
    return java;
  }

  public static String String_trim(String s) {
    return stripped(s.trim(), strip(s, true, true));
  }

  public static String String_strip(String s) {
    return stripped(s.strip(), strip(s, true, true));
  }

  public static String String_stripLeading(String s) {
    return stripped(s.stripLeading(), strip(s, true, false));
  }

  public static String String_stripTrailing(String s) {
    return stripped(s.stripTrailing(), strip(s, false, true));
  }

  public static boolean String_isBlank(String s) {
    boolean java = s.isBlank();
    if (java != strip(s, true, true).isEmpty()) Probe.flag(Probe.SPACE);
    return java;
  }

  private static void ascii(String s) {
    for (int k = 0; k < s.length(); k++) {
      if (s.charAt(k) > 127) {
        Probe.flag(Probe.CHARSET);
        return;
      }
    }
  }

  public static String String_toUpperCase(String s) {
    ascii(s);
    return s.toUpperCase();
  }

  public static String String_toLowerCase(String s) {
    ascii(s);
    return s.toLowerCase();
  }

  public static String String_toUpperCase(String s, java.util.Locale locale) {
    ascii(s);
    return s.toUpperCase(locale);
  }

  public static String String_toLowerCase(String s, java.util.Locale locale) {
    ascii(s);
    return s.toLowerCase(locale);
  }

  public static boolean String_equalsIgnoreCase(String s, String other) {
    ascii(s);
    if (other != null) ascii(other);
    return s.equalsIgnoreCase(other);
  }

  /** str.find with a start, which counts from the end where it is negative. */
  private static int found(String s, String wanted, int from, int java) {
    int start = from < 0 ? Math.max(0, from + s.length()) : from;
    int python = start > s.length() ? -1 : s.indexOf(wanted, start);
    if (java != python) Probe.flag(Probe.INDEX);
    return java;
  }

  public static int String_indexOf(String s, String wanted, int from) {
    return found(s, wanted, from, s.indexOf(wanted, from));
  }

  public static int String_indexOf(String s, int wanted, int from) {
    int java = s.indexOf(wanted, from);
    return from >= 0 || !Character.isValidCodePoint(wanted) ? java : found(s, Character.toString(wanted), from, java);
  }

  public static int String_lastIndexOf(String s, String wanted, int from) {
    if (from < 0) Probe.flag(Probe.INDEX);
    return s.lastIndexOf(wanted, from);
  }

  public static int String_lastIndexOf(String s, int wanted, int from) {
    if (from < 0) Probe.flag(Probe.INDEX);
    return s.lastIndexOf(wanted, from);
  }

  public static boolean String_startsWith(String s, String wanted, int from) {
    if (from < 0) Probe.flag(Probe.INDEX);
    return s.startsWith(wanted, from);
  }

  /** Whether a pattern is more than the text that it stands for. */
  private static boolean meta(String pattern) {
    for (int k = 0; k < pattern.length(); k++) {
      if ("\\.[]{}()*+-?^$|".indexOf(pattern.charAt(k)) >= 0) return true;
    }
    return false;
  }

  private static void regex(String pattern, String replacement) {
    if (meta(pattern) || replacement != null && (replacement.indexOf('$') >= 0 || replacement.indexOf('\\') >= 0)) {
      Probe.flag(Probe.REGEX);
    }
    if (pattern.isEmpty()) Probe.flag(Probe.REGEX);
  }

  public static String String_replaceAll(String s, String pattern, String by) {
    regex(pattern, by);
    return s.replaceAll(pattern, by);
  }

  public static String String_replaceFirst(String s, String pattern, String by) {
    regex(pattern, by);
    return s.replaceFirst(pattern, by);
  }

  public static boolean String_matches(String s, String pattern) {
    regex(pattern, null);
    return s.matches(pattern);
  }

  private static boolean matchesNothing(String pattern) {
    try {
      return Pattern.compile(pattern).matcher("").matches();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static List<String> pieces(CharSequence s, String separator) {
    String text = s.toString();
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int k; (k = text.indexOf(separator, start)) >= 0; start = k + separator.length()) {
      pieces.add(text.substring(start, k));
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  /** str.split keeps empty pieces at the end, and so does re.split; the former takes no patterns. */
  private static String[] split(CharSequence s, String pattern, String[] java, int limit) {
    boolean nothing = pattern.isEmpty() || matchesNothing(pattern);
    if (nothing) {
      Probe.flag(Probe.SPLIT);
    } else if (limit <= 0) {
      List<String> python =
          meta(pattern) ? Arrays.asList(Pattern.compile(pattern).split(s, -1)) : pieces(s, pattern);
      if (!python.equals(Arrays.asList(java))) Probe.flag(Probe.SPLIT);
    }
    return java;
  }

  public static String[] String_split(String s, String pattern) {
    return split(s, pattern, s.split(pattern), 0);
  }

  public static String[] String_split(String s, String pattern, int limit) {
    return split(s, pattern, s.split(pattern, limit), limit);
  }

  public static String[] Pattern_split(Pattern p, CharSequence s) {
    return split(s, p.pattern(), p.split(s), 0);
  }
}
