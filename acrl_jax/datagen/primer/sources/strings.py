"""Problems on characters, words, padding, counting and simple encodings of one piece of text."""


def frame_with(text: str, edge: str) -> str:
    """Return `text` with `edge` put in front of it and behind it."""
    return edge + text + edge


cases = [('', '*'), ('abc', ''), ('abc', '*'), ('a', '<>'), ('', ''), ('hello', '--'), (' ', '|'), ('xy', 'yx')]


def drop_both_ends(text: str, count: int) -> str:
    """Return `text` without its first `count` and its last `count` characters; nothing is left of a text too short."""
    return text[count:len(text) - count]


cases = [('', 0), ('', 2), ('abcdef', 0), ('abcdef', 1), ('abcdef', 2), ('abcdef', 3), ('abcde', 2), ('abc', 5),
         ('(inner)', 1)]


def char_from_end(text: str, place: int) -> str:
    """Return the character at `place` counted from the end, 1 being the last one.

    Return an empty string when there is no such place.
    """
    return text[len(text) - place] if 1 <= place <= len(text) else ''


cases = [('', 1), ('abc', 1), ('abc', 2), ('abc', 3), ('abc', 4), ('abc', 0), ('abc', -1), ('z', 1), ('z', 2)]


def stretch_letters(text: str, start: int) -> str:
    """Write the first character `start` times, the second `start + 1` times and so on."""
    return ''.join(char * (start + index) for index, char in enumerate(text))


cases = [('', 3), ('a', 0), ('a', 2), ('abc', 1), ('abc', 0), ('xyz', 2), ('hi!', 3), ('aab', 1)]


def occurrences_any_case(text: str, letter: str) -> int:
    """Count how often `letter` stands in `text`, small and capital forms alike."""
    return text.lower().count(letter.lower())


cases = [('', 'a'), ('aAa', 'a'), ('aAa', 'A'), ('Banana', 'n'), ('BANANA', 'b'), ('mississippi', 'S'), ('xyz', 'a'),
         ('Qq', 'Q')]


def remove_digits_except(text: str, kept: str) -> str:
    """Remove every digit from `text` but leave the digit `kept` where it stands."""
    return ''.join(char for char in text if not char.isdigit() or char == kept)


cases = [('', '1'), ('a1b2c3', '2'), ('a1b2c3', '9'), ('123321', '3'), ('no digits', '0'), ('007', '0'), ('4 + 4', '4'),
         ('x9y', '1')]


def dotted_initials(name: str) -> str:
    """Return the capital first letter of each word of `name`, each followed by a dot."""
    return ''.join(word[0].upper() + '.' for word in name.split())


cases = [('',), ('ada',), ('ada lovelace',), ('Grace Brewster Murray Hopper',), ('  alan   turing ',), ('x y z',),
         ('von Neumann',), ('q',)]


def back_half_first(text: str) -> str:
    """Cut `text` in the middle and return the back part followed by the front part.

    With an odd length the middle character belongs to the front part.
    """
    middle = (len(text) + 1) // 2
    return text[middle:] + text[:middle]


cases = [('',), ('a',), ('ab',), ('abc',), ('abcd',), ('abcde',), ('left-right',), ('1234567',)]


def alternate_case(text: str, start_upper: bool) -> str:
    """Write the characters alternately as capital and small ones, the first as a capital when `start_upper` holds.

    Every character takes part in the counting, letters or not.
    """
    return ''.join(char.upper() if (index % 2 == 0) == start_upper else char.lower() for index, char in enumerate(text))


cases = [('', True), ('a', True), ('A', False), ('abcd', True), ('abcd', False), ('HELLO', True), ('a b c', False),
         ('x1y2', True), ('go on', True)]


def reads_same_without(text: str, ignored: str) -> bool:
    """Say whether `text` reads the same backwards once all characters found in `ignored` are left out."""
    kept = [char for char in text if char not in ignored]
    return kept == kept[::-1]


cases = [('', ''), ('abca', 'b'), ('abca', 'bc'), ('level', ''), ('le-vel', '-'), ('le-vel', ''), ('abc', 'abc'),
         ('no on!', '! '), ('noon!', ''), ('step on', ' '), ('abba.', '.')]


def longest_run_of(text: str, letter: str) -> int:
    """Return the length of the longest unbroken run of `letter` in `text`, 0 when it is absent."""
    best = run = 0
    for char in text:
        run = run + 1 if char == letter else 0
        best = max(best, run)
    return best


cases = [('', 'a'), ('bbb', 'a'), ('a', 'a'), ('aabaaab', 'a'), ('aaabaa', 'a'), ('abababa', 'b'), ('xxxx', 'x'),
         ('..-...-.', '.'), ('aabbbcc', 'b')]


def pad_to_multiple(text: str, width: int, fill: str) -> str:
    """Append copies of the character `fill` until the length of `text` is a multiple of `width`."""
    return text + fill * (-len(text) % width)


cases = [('', 4, '.'), ('a', 4, '.'), ('abc', 4, '.'), ('abcd', 4, '.'), ('abcde', 4, '.'), ('abc', 1, '.'),
         ('abcdefg', 3, '_'), ('12', 5, '0')]


def center_between(text: str, width: int, left: str, right: str) -> str:
    """Widen `text` to `width` characters with `left` in front and `right` behind; an odd one goes behind.

    A text that is already as wide comes back unchanged.
    """
    missing = width - len(text)
    front = missing // 2
    return left * front + text + right * (missing - front)


cases = [('', 0, '<', '>'), ('', 3, '<', '>'), ('ab', 2, '<', '>'), ('ab', 1, '<', '>'), ('ab', 3, '<', '>'),
         ('ab', 4, '<', '>'), ('mid', 8, '.', ':'), ('x', 6, '-', '+'), ('long text', 5, '.', '.')]


def hide_middle(text: str, shown: int) -> str:
    """Show the first `shown` and the last `shown` characters and write a star for each one between them.

    A text of at most twice `shown` characters becomes stars altogether.
    """
    hidden = len(text) - 2 * shown
    if hidden <= 0:
        return '*' * len(text)
    return text[:shown] + '*' * hidden + text[len(text) - shown:]


cases = [('', 1), ('ab', 1), ('abc', 1), ('password', 2), ('password', 0), ('abcd', 2), ('abcde', 2), ('abc', 2),
         ('secret-key', 3)]


def star_all_but_last_digits(text: str, shown: int) -> str:
    """Replace the digits of `text` by stars, save the last `shown` digits; other characters stay."""
    chars = list(text)
    left = shown
    for index in range(len(chars) - 1, -1, -1):
        if chars[index].isdigit():
            if left > 0:
                left -= 1
            else:
                chars[index] = '*'
    return ''.join(chars)


cases = [('', 2), ('12', 2), ('12', 1), ('12', 0), ('12-34-56', 2), ('a1b2c3', 1), ('no digits', 3), ('4111 1111 9', 4),
         ('7', 4), ('9 lives, 3 left', 1)]


def dashed_groups(text: str, size: int) -> str:
    """Cut `text` from the left into groups of `size` characters, the last maybe shorter, joined by dashes."""
    return '-'.join(text[start:start + size] for start in range(0, len(text), size))


cases = [('', 3), ('abc', 3), ('abcd', 3), ('abcdefg', 3), ('abcdef', 1), ('abcdef', 2), ('12', 5), ('XK42PQ', 4)]


def group_digits_right(digits: str, size: int, mark: str) -> str:
    """Cut `digits` from the right into groups of `size`, the leftmost maybe shorter, joined by `mark`."""
    groups = []
    while digits:
        groups.insert(0, digits[-size:])
        digits = digits[:-size]
    return mark.join(groups)


cases = [('', 3, ','), ('7', 3, ','), ('123', 3, ','), ('1234', 3, ','), ('1234567', 3, ','), ('1234567', 2, ' '),
         ('10110111', 4, '_'), ('12', 1, '.')]


def camel_from_parts(text: str, mark: str) -> str:
    """Split `text` at every `mark`, keep the first part as it is and capitalise the others, then join them all."""
    first, *others = text.split(mark)
    return first + ''.join(part.capitalize() for part in others)


cases = [('', '_'), ('name', '_'), ('first_name', '_'), ('a-b-c', '-'), ('a_b', '-'), ('keep Case_here', '_'),
         ('x__y', '_'), ('one.two.THREE', '.')]


def spaced_from_camel(name: str) -> str:
    """Put a blank in front of every capital letter but one at the very start, and make all letters small."""
    return ''.join(' ' + char if index > 0 and char.isupper() else char for index, char in enumerate(name)).lower()


cases = [('',), ('name',), ('firstName',), ('FirstName',), ('aBC',), ('X',), ('parseTextLine2',), ('XyZ',)]


def growing_shift(text: str) -> str:
    """Shift the small letter at index i by i places along the alphabet, going on at 'a' after 'z'.

    Characters other than 'a' to 'z' stay but are counted in the index.
    """
    shifted = []
    for index, char in enumerate(text):
        if 'a' <= char <= 'z':
            char = chr((ord(char) - 97 + index) % 26 + 97)
        shifted.append(char)
    return ''.join(shifted)


cases = [('',), ('a',), ('aaa',), ('zzz',), ('a a a',), ('A1b{`',), ('hello, you',),
         ('xyzabcxyzabcxyzabcxyzabcxyzabcxyz',)]


def vowels_as_numbers(text: str) -> str:
    """Replace the small vowels a, e, i, o, u by 1, 2, 3, 4, 5; all other characters stay."""
    for number, vowel in enumerate('aeiou', 1):
        text = text.replace(vowel, str(number))
    return text


cases = [('',), ('a',), ('aeiou',), ('xylophone',), ('AEIOU',), ('queue',), ('rhythm X',), ('do it',)]


def capital_surplus(text: str) -> int:
    """Return how many more capital letters than small letters `text` has, negative when it has fewer."""
    return sum(char.isupper() for char in text) - sum(char.islower() for char in text)


cases = [('',), ('A',), ('a',), ('Ab',), ('ABc',), ('abC',), ('123',), ('HELLO world!',), ('NASA and ESA',)]


def second_sighting(text: str) -> int:
    """Return the index at which, for the first time, a character stands that was there before; -1 if none repeats."""
    for index, char in enumerate(text):
        if char in text[:index]:
            return index
    return -1


cases = [('',), ('a',), ('aa',), ('abc',), ('abcb',), ('abba',), ('abcdea',), ('xyzzy',), ('Aa',)]


def last_lonely_char(text: str) -> str:
    """Return the last character that occurs exactly once in `text`, an empty string when there is none."""
    lonely = [char for char in text if text.count(char) == 1]
    return lonely[-1] if lonely else ''


cases = [('',), ('a',), ('aa',), ('abc',), ('abca',), ('aabbc',), ('abcabcd',), ('hello',), ('abab',), ('deed s',)]


def letters_missing(text: str, wanted: str) -> str:
    """Return the characters of `wanted` that do not stand in `text`, in the order of `wanted`."""
    return ''.join(char for char in wanted if char not in text)


cases = [('', ''), ('', 'abc'), ('abc', ''), ('abc', 'cab'), ('banana', 'abcn'), ('zoo', 'xoxz'), ('Hello', 'hello'),
         ('12', '0123')]


def shared_start_length(left: str, right: str) -> int:
    """Return how many characters from the start on are the same in `left` and `right`."""
    count = 0
    while count < len(left) and count < len(right) and left[count] == right[count]:
        count += 1
    return count


cases = [('', ''), ('', 'a'), ('a', ''), ('abc', 'abc'), ('abc', 'abd'), ('abc', 'ab'), ('ab', 'abc'), ('xbc', 'abc'),
         ('flower', 'flow chart')]


def shared_ending(left: str, right: str) -> str:
    """Return the longest text with which both `left` and `right` end."""
    size = 0
    while size < len(left) and size < len(right) and left[-1 - size] == right[-1 - size]:
        size += 1
    return left[len(left) - size:]


cases = [('', ''), ('', 'a'), ('walking', 'talking'), ('abc', 'xyz'), ('abc', 'abc'), ('bc', 'abc'), ('abc', 'bc'),
         ('ended', 'bended'), ('reader', 'leaver')]


def weave_texts(left: str, right: str) -> str:
    """Take characters from `left` and `right` in turn, `left` first, and add what remains of the longer one."""
    woven = ''.join(one + other for one, other in zip(left, right))
    common = len(woven) // 2
    return woven + left[common:] + right[common:]


cases = [('', ''), ('abc', ''), ('', 'xyz'), ('abc', 'xyz'), ('ab', 'wxyz'), ('abcd', 'x'), ('a', 'b'),
         ('13579', '2468')]


def every_nth_char(text: str, step: int, first: int) -> str:
    """Return the characters at the indices `first`, `first + step`, `first + 2 * step` and so on."""
    return text[first::step]


cases = [('', 1, 0), ('abcdef', 1, 0), ('abcdef', 2, 0), ('abcdef', 2, 1), ('abcdef', 3, 2), ('abcdef', 4, 6),
         ('abc', 5, 1), ('0123456789', 3, 4)]


def turn_text_left(text: str, steps: int) -> str:
    """Move the first character to the end, `steps` times over; an empty text stays empty."""
    if not text:
        return ''
    cut = steps % len(text)
    return text[cut:] + text[:cut]


cases = [('', 3), ('a', 4), ('abc', 0), ('abc', 1), ('abc', 2), ('abc', 3), ('abcd', 6), ('hello', 13)]


def turn_words_right(sentence: str, steps: int) -> str:
    """Move the last word to the front, `steps` times over, and join the words with single blanks."""
    words = sentence.split()
    for _ in range(steps):
        words = words[-1:] + words[:-1]
    return ' '.join(words)


cases = [('', 2), ('one', 1), ('one two', 1), ('one two three', 0), ('one two three', 1), ('one two three', 2),
         ('  a  b c d ', 3), ('a b c', 4)]


def flip_long_words(sentence: str, limit: int) -> str:
    """Write each word of more than `limit` characters backwards and join all words with single blanks."""
    return ' '.join(word[::-1] if len(word) > limit else word for word in sentence.split())


cases = [('', 2), ('abc', 2), ('abc', 3), ('ab abc abcd', 3), ('ab abc abcd', 0), ('a  big   word', 1),
         ('stop pots', 10), ('keep these words', 4)]


def squeeze_chosen(text: str, chosen: str) -> str:
    """Shorten each run of the same character to one, but only for characters found in `chosen`."""
    kept = []
    for index, char in enumerate(text):
        if index == 0 or char != text[index - 1] or char not in chosen:
            kept.append(char)
    return ''.join(kept)


cases = [('', 'a'), ('aaa', 'a'), ('aaa', 'b'), ('aabbaa', 'a'), ('aabbaa', 'ab'), ('a  b   c', ' '), ('abca', 'abc'),
         ('xxyyx', 'y'), ('aXXa', 'aX')]


def limit_runs(text: str, most: int) -> str:
    """Keep at most `most` characters of each run of equal neighbours and drop the rest of the run."""
    result = ''
    for char in text:
        if not result.endswith(char * most):
            result += char
    return result


cases = [('', 2), ('aaaa', 2), ('aaaa', 1), ('aaaa', 0), ('aaaa', 5), ('aabbbbc', 3), ('aba', 1), ('sooo gooood', 2),
         ('abb', 1), ('xyzx', 1)]


def mark_run_lengths(text: str) -> str:
    """Write each run of equal characters as the character, followed by the run's length when that is 2 or more."""
    result = ''
    index = 0
    while index < len(text):
        end = index
        while end < len(text) and text[end] == text[index]:
            end += 1
        result += text[index]
        if end - index > 1:
            result += str(end - index)
        index = end
    return result


cases = [('',), ('a',), ('aa',), ('aaab',), ('abbb',), ('abc',), ('aabaa',), ('zzzzzzzzzzzzy',)]


def expand_digit_marks(code: str) -> str:
    """Write each character that is no digit once, or d times if the digit d follows it: 'a3bc0' gives 'aaab'."""
    result = ''
    for index, char in enumerate(code):
        if char.isdigit():
            continue
        follower = code[index + 1:index + 2]
        result += char * (int(follower) if follower.isdigit() else 1)
    return result


cases = [('',), ('a',), ('a3',), ('a3bc0',), ('abc',), ('x1y2z3',), ('-9',), ('ab2c',), ('a0',)]


def count_words_having(sentence: str, letter: str) -> int:
    """Count the words of `sentence` in which `letter` stands at least once."""
    return sum(letter in word for word in sentence.split())


cases = [('', 'a'), ('banana', 'a'), ('banana', 'x'), ('an apple a day', 'a'), ('An apple', 'A'), ('b c d', 'a'),
         ('moon  soon room', 'o'), ('to be or not to be', 't')]


def last_longest_word(sentence: str) -> str:
    """Return the longest word of `sentence`, the last one among equally long ones, or '' without words."""
    longest = ''
    for word in sentence.split():
        if len(word) >= len(longest):
            longest = word
    return longest


cases = [('',), ('one',), ('one two',), ('three two',), ('two three',), ('a bb cc d',), ('big tiny huge a',),
         ('  x  ',)]


def word_at_place(sentence: str, place: int) -> str:
    """Return the word at `place`, the first word being 1, or '-' when there is no such word."""
    words = sentence.split()
    return words[place - 1] if 0 < place <= len(words) else '-'


cases = [('', 1), ('one', 1), ('one', 2), ('one two three', 0), ('one two three', 1), ('one two three', 3),
         ('one two three', 4), ('one two three', -1), ('a  b  c', 2)]


def replace_nth_match(text: str, old: str, new: str, nth: int) -> str:
    """Replace only the `nth` non-overlapping occurrence of `old`, counted from 1, by `new`.

    With fewer occurrences the text stays as it is.
    """
    parts = text.split(old)
    if nth >= len(parts):
        return text
    return old.join(parts[:nth]) + new + old.join(parts[nth:])


cases = [('', 'a', 'b', 1), ('banana', 'a', 'o', 1), ('banana', 'a', 'o', 2), ('banana', 'a', 'o', 3),
         ('banana', 'a', 'o', 4), ('aaaa', 'aa', 'b', 2), ('one, two', ', ', ';', 1), ('a-b-c', '-', '', 2),
         ('abc', 'x', 'y', 1)]


def between_marks(text: str, left: str, right: str) -> str:
    """Return what stands between the first `left` and the next `right` after it, '' when either is missing."""
    rest = text.partition(left)[2]
    inner, closed, _ = rest.partition(right)
    return inner if closed else ''


cases = [('', '(', ')'), ('f(x)', '(', ')'), ('(ab)', '(', ')'), ('a)b(c)d', '(', ')'), ('(open', '(', ')'),
         ('shut)', '(', ')'), ('<<deep>>', '<<', '>>'), ('()', '(', ')'), ('|a|b|', '|', '|'), ('(x)(y)', '(', ')')]


def after_last_mark(text: str, mark: str) -> str:
    """Return what follows the last `mark` in `text`, or the whole text when there is no `mark`."""
    return text.split(mark)[-1]


cases = [('', '.'), ('file', '.'), ('file.py', '.'), ('a.tar.gz', '.'), ('ends.', '.'), ('a::b::c', '::'), ('.x', '.'),
         ('a/b.c/d', '/')]


def before_any_of(text: str, marks: str) -> str:
    """Return `text` up to, and without, the first character that is found in `marks`."""
    for index, char in enumerate(text):
        if char in marks:
            return text[:index]
    return text


cases = [('', ','), ('abc', ''), ('a,b', ','), ('hello; you, there', ',;'), (',first', ','), ('none here', '#'),
         ('last!', '!'), ('a.b.c', '.')]


def count_with_overlap(text: str, piece: str) -> int:
    """Count the places at which `piece` begins in `text`, where occurrences may overlap."""
    return sum(text.startswith(piece, index) for index in range(len(text)))


cases = [('', 'a'), ('aaa', 'aa'), ('aaa', 'a'), ('abab', 'ab'), ('ababa', 'aba'), ('abc', 'd'), ('a', 'aa'),
         ('1111', '11'), ('ab', 'b')]


def places_of_char(text: str, char: str, base: int) -> list[int]:
    """Return the positions of `char` in `text` from left to right, the first character having position `base`."""
    return [base + index for index, other in enumerate(text) if other == char]


cases = [('', 'a', 0), ('abc', 'x', 0), ('abca', 'a', 0), ('abca', 'a', 1), ('banana', 'n', 10), ('aaa', 'a', -1),
         ('to be', ' ', 1), ('Aa', 'A', 5)]


def span_of_letter(text: str, letter: str) -> int:
    """Return how far apart the first and the last `letter` stand, 0 if there is just one, -1 if there is none."""
    return text.rindex(letter) - text.index(letter) if letter in text else -1


cases = [('', 'a'), ('abc', 'a'), ('abc', 'x'), ('abca', 'a'), ('banana', 'a'), ('banana', 'n'), ('aa', 'a'),
         ('..x....x.x', 'x')]


def letter_ranks(text: str) -> list[int]:
    """Return for each character its rank in the alphabet, 1 for a or A up to 26, and 0 for anything else."""
    return [ord(char) - 96 if 'a' <= char <= 'z' else 0 for char in text.lower()]


cases = [('',), ('a',), ('z',), ('AbC',), ('a-z',), ('{`@[',), ('Hello!',), ('1 y X',)]


def letters_from_ranks(ranks: list[int]) -> str:
    """Turn each rank from 1 to 26 into the small letter of that rank and any other number into a question mark."""
    return ''.join(chr(96 + rank) if 1 <= rank <= 26 else '?' for rank in ranks)


cases = [([],), ([1],), ([26],), ([0],), ([27],), ([1, 2, 3],), ([8, 5, 12, 12, 15],), ([-1, 25, 2, 100],)]


def signed_digit_sum(text: str) -> int:
    """Add up all single digits in `text`, but subtract a digit that stands directly behind a minus sign."""
    total = 0
    for index, char in enumerate(text):
        if char.isdigit():
            total += -int(char) if text[index - 1:index] == '-' else int(char)
    return total


cases = [('',), ('abc',), ('5',), ('-5',), ('12',), ('-12',), ('a3-b4',), ('1-2-3',), ('9--9',), ('7 - 2',), ('4-',)]


def digit_run_values(text: str) -> list[int]:
    """Return, from left to right, the values of the unbroken runs of digits in `text`."""
    values = []
    run = ''
    for char in text + ' ':
        if char.isdigit():
            run += char
        elif run:
            values.append(int(run))
            run = ''
    return values


cases = [('',), ('abc',), ('7',), ('42',), ('a1b22c333',), ('10 and 20',), ('3-4',), ('007 x 0',), ('v2.10.5',)]


def ones_over_zeros(bits: str) -> int:
    """Return the count of '1' minus the count of '0' in `bits`; other characters do not matter."""
    return bits.count('1') - bits.count('0')


cases = [('',), ('1',), ('0',), ('1010',), ('1110',), ('0001',), ('1 0 1',), ('x1x1x0',), ('abc',)]


def flip_flags(flags: str, on: str, off: str) -> str:
    """Turn each character `on` into `off` and each `off` into `on`; all other characters stay."""
    return ''.join(off if flag == on else on if flag == off else flag for flag in flags)


cases = [('', 'y', 'n'), ('y', 'y', 'n'), ('n', 'y', 'n'), ('yyn', 'y', 'n'), ('1010', '1', '0'), ('maybe', 'y', 'n'),
         ('+-+ -', '+', '-'), ('abc', 'x', 'z')]


def with_parity_bit(bits: str, want_even: bool) -> str:
    """Append one '0' or '1' so that the number of ones becomes even, or odd when `want_even` is false."""
    is_even = bits.count('1') % 2 == 0
    return bits + ('0' if is_even == want_even else '1')


cases = [('', True), ('', False), ('1', True), ('1', False), ('0', True), ('1011', True), ('1001', True),
         ('1001', False), ('111', False)]


def vowel_led_words(sentence: str) -> list[str]:
    """Return the words of `sentence` that begin with one of a, e, i, o, u, small or capital, in their order."""
    return [word for word in sentence.split() if word[0].lower() in 'aeiou']


cases = [('',), ('apple',), ('banana',), ('An old tree',), ('Every xylophone is UP over you',), ('eel Ox ibis',),
         ('sky by',), ('Xenon exit',)]


def tail_first_word(word: str) -> str:
    """Move all letters in front of the first vowel (a, e, i, o, u) behind the rest, followed by 'ix'.

    A word that begins with a vowel just gets 'ix'; one without vowels stays as it is.
    """
    for index, char in enumerate(word):
        if char in 'aeiou':
            return word[index:] + word[:index] + 'ix'
    return word


cases = [('',), ('apple',), ('banana',), ('string',), ('rhythm',), ('xenon',), ('we',), ('a',), ('xx',)]


def initials_of_long_words(sentence: str, shortest: int) -> str:
    """Join the capital first letters of the words that have at least `shortest` characters."""
    return ''.join(word[0].upper() for word in sentence.split() if len(word) >= shortest)


cases = [('', 1), ('random access memory', 1), ('random access memory', 7), ('ministry of the interior', 3),
         ('ministry of the interior', 4), ('a bc def', 2), ('a bc def', 9), ('x', 1)]


def headline_case(sentence: str, small: list[str]) -> str:
    """Capitalise every word of a headline save those in `small`; its first word is always capitalised."""
    words = sentence.split()
    return ' '.join(word if index > 0 and word in small else word.capitalize() for index, word in enumerate(words))


cases = [('', []), ('the end', ['the']), ('end of the world', ['of', 'the']), ('end of the world', []),
         ('of of of', ['of']), ('a LOUD noise', ['a']), ('war and peace', ['or']), ('up and  down', ['down'])]


def number_contraction(word: str) -> str:
    """Replace the inner letters of a word of four or more letters by their number: 'standard' gives 's6d'.

    Shorter words stay.
    """
    if len(word) < 4:
        return word
    return word[0] + str(len(word) - 2) + word[-1]


cases = [('',), ('a',), ('abc',), ('abcd',), ('standard',), ('localization',), ('of',), ('tests',)]


def cut_with_dots(text: str, width: int) -> str:
    """Return `text` if it fits into `width` characters, else its beginning and three dots, `width` in all.

    The width is never below 3.
    """
    return text if len(text) <= width else text[:width - 3] + '...'


cases = [('', 3), ('abc', 3), ('abcd', 3), ('abcd', 4), ('abcde', 4), ('hello world', 8), ('hello world', 11),
         ('hello world', 10), ('hello world', 20)]


def fill_lines(sentence: str, width: int) -> list[str]:
    """Put words onto lines of at most `width` characters, as many on each line as fit with single blanks.

    A word longer than `width` gets a line of its own.
    """
    lines = []
    for word in sentence.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += ' ' + word
        else:
            lines.append(word)
    return lines


cases = [('', 5), ('word', 2), ('a b c', 5), ('a b c', 3), ('aa bb cc', 5), ('aa bb cc', 4), ('aa bb cc', 6),
         ('enormous a b', 3), ('to be or not to be', 8), ('x  y', 1)]


def fill_gaps(pattern: str, letters: str) -> str:
    """Replace the underscores of `pattern` from left to right by the characters of `letters`.

    Underscores that are left over stay; letters that are left over go unused.
    """
    result = ''
    used = 0
    for char in pattern:
        if char == '_' and used < len(letters):
            result += letters[used]
            used += 1
        else:
            result += char
    return result


cases = [('', 'ab'), ('___', ''), ('___', 'ab'), ('___', 'abc'), ('_', 'abc'), ('h_ll_', 'eo'), ('a-_-b', 'x'),
         ('no gaps', 'zzz'), ('__:__', '1234')]


def vowels_to_front(text: str) -> str:
    """Return the small vowels (a, e, i, o, u) of `text` followed by its other characters, each in their order."""
    vowels = ''.join(char for char in text if char in 'aeiou')
    others = ''.join(char for char in text if char not in 'aeiou')
    return vowels + others


cases = [('',), ('a',), ('ba',), ('hello',), ('xyz',), ('oxeye',), ('AbEa',), ('queueing',), ('mixed up words',)]


def sort_by_last_letter(sentence: str) -> str:
    """Order the words by their last letter and, among equal ones, as they stand; join them with single blanks."""
    return ' '.join(sorted(sentence.split(), key=lambda word: word[-1]))


cases = [('',), ('one',), ('ab ba',), ('ba ab',), ('ca ba aa',), ('the quick brown fox',), ('by the sea',), ('z  y x',)]


def all_shortest_words(sentence: str) -> list[str]:
    """Return every word that has the smallest length in `sentence`, in their order, repeats included."""
    words = sentence.split()
    return [word for word in words if len(word) == min(map(len, words))]


cases = [('',), ('one',), ('one two',), ('three two six',), ('to be or not to be',), ('a bb a',),
         ('long longer longest',), ('x yy  z',)]


def letter_tally(text: str) -> list[tuple[str, int]]:
    """Return pairs of a letter and its count, in alphabetical order, for all letters of `text` taken as small ones."""
    small = text.lower()
    return [(char, small.count(char)) for char in sorted(set(small)) if char.isalpha()]


cases = [('',), ('123',), ('a',), ('Aa',), ('banana',), ('b a!',), ('Zebra Z',), ('x-x-y',)]


def leading_letter(text: str) -> str:
    """Return, as a small letter, the letter that occurs most often, of equally frequent ones the first in the alphabet.

    Without any letters return an empty string.
    """
    letters = sorted(char for char in text.lower() if char.isalpha())
    return max(letters, key=letters.count, default='')


cases = [('',), ('123 456',), ('b',), ('ba',), ('abb',), ('AaBbB',), ('zzz yyy',), ('Mississippi',), ('xyxy',),
         ('cabbc',)]


def overruled_chars(left: str, right: str) -> str:
    """Return the characters of `left` that differ from the character of `right` at the same index.

    Characters without a counterpart are left out.
    """
    return ''.join(one for one, other in zip(left, right) if one != other)


cases = [('', ''), ('abc', ''), ('abc', 'abc'), ('abc', 'abd'), ('xbc', 'abc'), ('abc', 'xyz'), ('hello', 'help'),
         ('ab', 'bbbb'), ('1010', '1100')]


def letter_fingerprint(text: str) -> str:
    """Return the letters of `text`, made small, in alphabetical order; repeats stay, other characters go."""
    return ''.join(sorted(char for char in text.lower() if char.isalpha()))


cases = [('',), ('a',), ('cab',), ('Banana',), ('The eyes!',), ('123',), ('b2-a1',), ('dad Add',)]


def words_with_start(sentence: str, start: str) -> list[str]:
    """Return the words that begin with `start` but are longer than it, in their order."""
    return [word for word in sentence.split() if word.startswith(start) and len(word) > len(start)]


cases = [('', 'a'), ('car cart carbon', 'car'), ('car', 'car'), ('scar cart', 'car'), ('un undo run under', 'un'),
         ('a b c', ''), ('Apple apple', 'a'), ('dog cat', 'bird')]


def next_vowels(text: str) -> str:
    """Replace each small vowel by the next one in a, e, i, o, u, with a after u; the rest stays."""
    ring = 'aeioua'
    return ''.join(ring[ring.index(char) + 1] if char in ring else char for char in text)


cases = [('',), ('a',), ('u',), ('aeiou',), ('banana',), ('sky',), ('AU',), ('fix you',), ('bex',)]


def tap_code(word: str) -> list[int]:
    """Code each small letter by row and column in an alphabet written in rows of five: a is 11, f is 21, z is 61."""
    codes = []
    for char in word:
        row, column = divmod(ord(char) - 97, 5)
        codes.append(10 * (row + 1) + column + 1)
    return codes


cases = [('',), ('a',), ('e',), ('f',), ('z',), ('tap',), ('knock',), ('yes',)]


def mirror_alphabet(text: str) -> str:
    """Exchange small letters as a with z, b with y, c with x and so on; all other characters stay."""
    return ''.join(chr(219 - ord(char)) if 'a' <= char <= 'z' else char for char in text)


cases = [('',), ('a',), ('z',), ('mn',), ('abc xyz',), ('ABC',), ('wizard!',), ('{`',)]


def add_digit_key(digits: str, key: str) -> str:
    """Add to each digit the digit of `key` beneath it and keep the last digit of the sum; the key repeats as needed."""
    return ''.join(str((int(digit) + int(key[index % len(key)])) % 10) for index, digit in enumerate(digits))


cases = [('', '1'), ('123', '1'), ('999', '1'), ('1234', '10'), ('1234', '05'), ('00000', '123'), ('90817', '9'),
         ('5', '567')]


def check_letter(text: str) -> str:
    """Add up the ranks of the small letters, a being 1 and z being 26, and go that many letters on from 'a'.

    After 'z' follows 'a' again; characters other than small letters do not count.
    """
    total = sum(ord(char) - 96 for char in text if char.islower())
    return chr(total % 26 + 97)


cases = [('',), ('a',), ('b',), ('z',), ('zb',), ('y',), ('hello',), ('A-1 c',), ('{`b',), ('zzxy',)]


def read_columns(text: str, width: int) -> str:
    """Write `text` in rows of `width` characters and read it column by column, skipping holes in the last row."""
    return ''.join(text[column::width] for column in range(width))


cases = [('', 3), ('abc', 3), ('abcdef', 3), ('abcdef', 2), ('abcde', 3), ('abcdefgh', 3), ('abcd', 1), ('abc', 5),
         ('meet me at six', 4)]


def deepest_nesting(text: str, opening: str, closing: str) -> int:
    """Return the greatest depth to which `opening` and `closing` nest in `text`, or -1 when they do not match up."""
    depth = deepest = 0
    for char in text:
        if char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
        if depth < 0:
            return -1
        deepest = max(deepest, depth)
    return deepest if depth == 0 else -1


cases = [('', '(', ')'), ('()', '(', ')'), ('(())', '(', ')'), ('()()', '(', ')'), ('(()', '(', ')'), (')(', '(', ')'),
         ('a(b(c)d(e(f)))', '(', ')'), ('[x]', '(', ')'), ('<<>>', '<', '>'), ('())', '(', ')'), ('())(', '(', ')')]


def trim_left_char(text: str, char: str, most: int) -> str:
    """Remove `char` from the start of `text` as often as it stands there, but at most `most` times."""
    count = 0
    while count < most and text[count:count + 1] == char:
        count += 1
    return text[count:]


cases = [('', 'a', 2), ('aaab', 'a', 2), ('aaab', 'a', 3), ('aaab', 'a', 9), ('aaab', 'a', 0), ('baaa', 'a', 2),
         ('000120', '0', 5), ('  x ', ' ', 1), ('aa', 'a', 2)]


def without_ending(word: str, endings: list[str]) -> str:
    """Remove the first ending in the list with which `word` ends, unless nothing of the word would be left."""
    for ending in endings:
        if word.endswith(ending) and len(word) > len(ending):
            return word[:len(word) - len(ending)]
    return word


cases = [('', ['s']), ('cats', ['s']), ('s', ['s']), ('walking', ['ed', 'ing']), ('walked', ['ed', 'ing']),
         ('classes', ['s', 'es']), ('classes', ['es', 's']), ('tree', []), ('ing', ['ing', 'g']), ('bed', ['ing'])]


def simple_plural(noun: str) -> str:
    """Form a plural: 'es' after s or x, 'ies' in place of a y that follows no vowel (a, e, i, o, u), else 's'."""
    if noun[-1] in 'sx':
        return noun + 'es'
    if noun[-1] == 'y' and noun[-2] not in 'aeiou':
        return noun[:-1] + 'ies'
    return noun + 's'


cases = [('cat',), ('bus',), ('box',), ('city',), ('boy',), ('key',), ('guy',), ('galaxy',), ('fly',), ('tree',)]


def ordinal_text(number: int) -> str:
    """Write a positive number as 1st, 2nd, 3rd, 4th and so on, with 11th, 12th and 13th also inside larger numbers."""
    if number % 100 in (11, 12, 13):
        return f'{number}th'
    return str(number) + {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')


cases = [(1,), (2,), (3,), (4,), (11,), (12,), (13,), (21,), (112,), (33,), (211,), (1111,)]


def count_phrase(count: int, noun: str) -> str:
    """Return the count and the noun, with an 's' added to the noun unless the count is 1: '2 cats'."""
    return str(count) + ' ' + noun + ('' if count == 1 else 's')


cases = [(0, 'cat'), (1, 'cat'), (2, 'cat'), (-1, 'step'), (11, 'egg'), (1, 'egg'), (100, 'x'), (1, 'day')]


def spoken_list(words: list[str], link: str) -> str:
    """Join words with commas, but the last two with the word `link`: 'a, b and c'; fewer than two need no link."""
    if len(words) < 2:
        return ''.join(words)
    return ', '.join(words[:-1]) + ' ' + link + ' ' + words[-1]


cases = [([], 'and'), (['tea'], 'and'), (['tea', 'milk'], 'or'), (['a', 'b', 'c'], 'and'), (['a', 'b', 'c', 'd'], 'or'),
         (['x', 'x'], 'and'), (['one', 'two', 'three'], 'but'), ([''], 'and')]


def quote_if_needed(text: str) -> str:
    """Put double quotes around `text` when it is empty or has a blank in it, else return it as it is."""
    return '"' + text + '"' if ' ' in text or not text else text


cases = [('',), ('a',), ('a b',), (' ',), ('word',), ('two words here',), ('tab',), (' lead',), ('x',)]


def escape_chars(text: str, special: str, escape: str) -> str:
    """Put the character `escape` in front of every character found in `special`, and in front of `escape` itself."""
    return ''.join(escape + char if char in special or char == escape else char for char in text)


cases = [('', '%', '!'), ('50%', '%', '!'), ('wow!', '%', '!'), ('a%b!c', '%', '!'), ('plain', '%_', '\\'),
         ('a_b%', '_%', '\\'), ('x', '', 'x'), ('"q"', '"', '~')]


def resolve_escapes(text: str, escape: str) -> str:
    """Undo escaping: each `escape` goes and the character behind it stays whatever it is; one at the very end stays."""
    result = ''
    index = 0
    while index < len(text):
        if text[index] == escape and index + 1 < len(text):
            index += 1
        result += text[index]
        index += 1
    return result


cases = [('', '!'), ('abc', '!'), ('a!b', '!'), ('a!!b', '!'), ('end!', '!'), ('!', '!'), ('!!!!', '!'), ('!a!b!', '!'),
         ('50~%', '~')]


def signed_padded(number: int, width: int) -> str:
    """Write `number` with a plus or minus sign, 0 counting as plus, and its digits filled with zeros up to `width`."""
    sign = '-' if number < 0 else '+'
    return sign + str(abs(number)).rjust(width, '0')


cases = [(0, 1), (0, 3), (5, 3), (-5, 3), (123, 2), (-123, 3), (42, 5), (-1, 1), (1, 0)]


def progress_bar(done: int, total: int, width: int) -> str:
    """Draw `width` characters: as many '#' as the finished share makes, rounded down, and dots for the rest.

    More than `total` counts as all of it.
    """
    filled = min(width * done // total, width)
    return '#' * filled + '.' * (width - filled)


cases = [(0, 4, 8), (4, 4, 8), (1, 4, 8), (3, 4, 5), (1, 3, 10), (9, 4, 5), (5, 10, 1), (2, 5, 0), (7, 7, 3)]


def prefixes_by_step(text: str, step: int) -> list[str]:
    """Return the starts of `text` that have `step`, 2 * `step`, ... characters, as long as these lie within it."""
    return [text[:size] for size in range(step, len(text) + 1, step)]


cases = [('', 1), ('abc', 1), ('abc', 2), ('abcd', 2), ('abcdef', 3), ('ab', 3), ('abc', 3), ('xxxxx', 2)]


def distinct_windows(text: str, size: int) -> int:
    """Count how many different pieces of `size` neighbouring characters `text` contains."""
    return len({text[start:start + size] for start in range(len(text) - size + 1)})


cases = [('', 1), ('aaa', 1), ('abc', 1), ('aaaa', 2), ('abab', 2), ('abcabd', 3), ('ab', 2), ('ab', 3), ('banana', 3)]


def even_cut_count(text: str, letter: str) -> int:
    """Count the cuts between two neighbouring characters that leave equally many `letter` on both sides."""
    return sum(text[:cut].count(letter) == text[cut:].count(letter) for cut in range(1, len(text)))


cases = [('', 'a'), ('a', 'a'), ('aa', 'a'), ('abba', 'a'), ('aaa', 'a'), ('bbbb', 'a'), ('abaab', 'a'), ('axxxa', 'a'),
         ('bb', 'a')]


def shout_last_word(sentence: str) -> str:
    """Write the last word in capitals and join all words with single blanks."""
    words = sentence.split()
    if words:
        words[-1] = words[-1].upper()
    return ' '.join(words)


cases = [('',), ('stop',), ('please stop',), ('a  b  c',), (' keep calm ',), ('NOW now',), ('say it again now',),
         ('it is 5',)]


def echo_word_ends(sentence: str, size: int) -> str:
    """Write behind each word a dash and its last `size` characters, or all of a shorter word; join with blanks."""
    return ' '.join(word + '-' + word[-size:] for word in sentence.split())


cases = [('', 2), ('hello', 2), ('hello', 1), ('hi', 3), ('hello there', 3), ('a b', 1), ('  deep   cave', 2),
         ('echo', 4)]


def double_chosen(text: str, chosen: str) -> str:
    """Write each character found in `chosen` twice and all others once."""
    return ''.join(char * 2 if char in chosen else char for char in text)


cases = [('', 'a'), ('abc', ''), ('abc', 'b'), ('banana', 'an'), ('aa', 'a'), ('Aa', 'a'), ('x-y', '-'),
         ('hello', 'xyz')]


def ends_to_middle(text: str) -> str:
    """Read `text` from both ends inwards: first, last, second, second last and so on."""
    half = len(text) // 2
    pairs = ''.join(text[index] + text[-1 - index] for index in range(half))
    return pairs + text[half:len(text) - half]


cases = [('',), ('a',), ('ab',), ('abc',), ('abcd',), ('abcde',), ('stressed',), ('1234567',)]


def letter_distance(left: str, right: str) -> int:
    """Return how many letters of the alphabet lie strictly between two small letters, 0 for equal ones."""
    gap = abs(ord(left) - ord(right))
    return gap - 1 if gap > 0 else 0


cases = [('a', 'a'), ('a', 'b'), ('b', 'a'), ('a', 'c'), ('c', 'a'), ('a', 'z'), ('z', 'm'), ('q', 'q'), ('e', 'j')]


def sum_of_word_lengths(sentence: str, skipped: str) -> int:
    """Return the total length of the words of `sentence` that differ from `skipped`."""
    return sum(len(word) for word in sentence.split() if word != skipped)


cases = [('', 'a'), ('the cat', 'the'), ('the the', 'the'), ('one two three', 'four'), ('a bb a', 'a'),
         ('The the', 'the'), ('x', 'y'), ('to be or not to be', 'be')]


def typed_text(keys: str) -> str:
    """Return the text after typing `keys`, where '<' deletes the last character typed so far, if there is any."""
    typed = ''
    for key in keys:
        typed = typed[:-1] if key == '<' else typed + key
    return typed


cases = [('',), ('abc',), ('ab<',), ('<a',), ('a<<b',), ('hellp<o',), ('<<<',), ('x<y<z',), ('abc<<d',)]
