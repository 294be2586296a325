package acrl;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as Python writes and reads it: whole numbers of any size, NaN, Infinity. */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Null, Boolean, Long, BigInteger, Double, String, List or Map. */
  static Object parse(String text) {
    return new Json(text).value();
  }

  private char next() {
    char c;
    do c = text.charAt(at++); while (c <= ' ');
    return c;
  }

  private Object value() {
    char c = next();
    switch (c) {
      case '{': return map();
      case '[': return list();
      case '"': return string();
      case 't': at += 3; return true;
      case 'f': at += 4; return false;
      case 'n': at += 3; return null;
      case 'N': at += 2; return Double.NaN;
      case 'I': at += 7; return Double.POSITIVE_INFINITY;
      default: return number();
    }
  }

  private Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (next() == '}') return map;
    do {
      String key = string();
      next(); // :
      map.put(key, value());
    } while (next() == ',' && next() == '"');
    return map;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    if (next() == ']') return list;
    at--;
    do list.add(value()); while (next() == ',');
    return list;
  }

  private Object number() {
    int start = --at;
    if (text.startsWith("-I", start)) {
      at += 9;
      return Double.NEGATIVE_INFINITY;
    }
    boolean whole = true;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '.' || c == 'e' || c == 'E' || c == '+') whole = false;
      else if (c != '-' && (c < '0' || c > '9')) break;
    }
    String number = text.substring(start, at);
    if (!whole) return Double.valueOf(number);
    return number.length() < 19 ? (Object) Long.valueOf(number) : whole(new BigInteger(number));
  }

  /** Long where it fits, so that equal numbers are equal objects. */
  static Object whole(BigInteger x) {
    return x.bitLength() < 64 ? (Object) x.longValue() : x;
  }

  private String string() {
    int end = at;
    while (text.charAt(end) != '"' && text.charAt(end) != '\\') end++;
    StringBuilder b = new StringBuilder().append(text, at, end);
    at = end;
    while (true) {
      char c = text.charAt(at++);
      if (c == '"') return b.toString();
      if (c != '\\') {
        b.append(c);
        continue;
      }
      c = text.charAt(at++);
      int plain = "nrtbf".indexOf(c);
      if (c == 'u') {
        b.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
        at += 4;
      } else {
        b.append(plain < 0 ? c : "\n\r\t\b\f".charAt(plain));
      }
    }
  }

  static void write(StringBuilder b, String s) {
    b.append('"');
    for (int k = 0; k < s.length(); k++) {
      char c = s.charAt(k);
      if (c == '"' || c == '\\') b.append('\\').append(c);
      else if (c >= 32 && c < 127) b.append(c);
      else b.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
    }
    b.append('"');
  }
}
