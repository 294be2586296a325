package acrl;

/** Questions about characters: what is no ASCII is classed differently in Python, and some of what is. */
public final class Chars {
  private Chars() {}

  private static int ascii(int c) {
    if (c > 127) Probe.flag(Probe.CHARSET);
    return c;
  }

  private static boolean space(int c, boolean java) {
    if (java != Text.space(c)) Probe.flag(Probe.SPACE);
    return java;
  }

  public static boolean Character_isWhitespace(char c) {
    return space(c, Character.isWhitespace(c));
  }

  public static boolean Character_isWhitespace(int c) {
    return space(c, Character.isWhitespace(c));
  }

  public static boolean Character_isSpaceChar(char c) {
    return space(c, Character.isSpaceChar(c));
  }

  public static boolean Character_isDigit(char c) {
    return Character.isDigit((char) ascii(c));
  }

  public static boolean Character_isDigit(int c) {
    return Character.isDigit(ascii(c));
  }

  public static boolean Character_isLetter(char c) {
    return Character.isLetter((char) ascii(c));
  }

  public static boolean Character_isLetter(int c) {
    return Character.isLetter(ascii(c));
  }

  public static boolean Character_isLetterOrDigit(char c) {
    return Character.isLetterOrDigit((char) ascii(c));
  }

  public static boolean Character_isLetterOrDigit(int c) {
    return Character.isLetterOrDigit(ascii(c));
  }

  public static boolean Character_isAlphabetic(int c) {
    return Character.isAlphabetic(ascii(c));
  }

  public static boolean Character_isUpperCase(char c) {
    return Character.isUpperCase((char) ascii(c));
  }

  public static boolean Character_isUpperCase(int c) {
    return Character.isUpperCase(ascii(c));
  }

  public static boolean Character_isLowerCase(char c) {
    return Character.isLowerCase((char) ascii(c));
  }

  public static boolean Character_isLowerCase(int c) {
    return Character.isLowerCase(ascii(c));
  }

  public static char Character_toUpperCase(char c) {
    return Character.toUpperCase((char) ascii(c));
  }

  public static int Character_toUpperCase(int c) {
    return Character.toUpperCase(ascii(c));
  }

  public static char Character_toLowerCase(char c) {
    return Character.toLowerCase((char) ascii(c));
  }

  public static int Character_toLowerCase(int c) {
    return Character.toLowerCase(ascii(c));
  }

  public static char Character_toTitleCase(char c) {
    return Character.toTitleCase((char) ascii(c));
  }

  public static int Character_toTitleCase(int c) {
    return Character.toTitleCase(ascii(c));
  }

  public static int Character_getNumericValue(char c) {
    return Character.getNumericValue((char) ascii(c));
  }

  public static int Character_digit(char c, int radix) {
    return Character.digit((char) ascii(c), radix);
  }

  public static char[] Character_toChars(int c) {
    if (c > 0xFFFF) Probe.flag(Probe.UTF16);
    return Character.toChars(c);
  }
}
