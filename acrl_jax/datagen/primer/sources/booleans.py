"""Problems whose answer is yes or no, and comparisons over inputs of several kinds."""


def strictly_outside(number: int, low: int, high: int) -> bool:
    """Say whether `number` lies below `low` or above `high`."""
    return number < low or number > high


cases = [(5, 5, 9), (4, 5, 9), (9, 5, 9), (10, 5, 9), (7, 5, 9), (0, 0, 0), (-1, 0, 0), (1, 0, 0)]


def exactly_one_even(first: int, second: int) -> bool:
    """Say whether one of the two numbers is even and the other odd."""
    return first % 2 != second % 2


cases = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 4), (3, 6), (-1, 2), (-3, 5), (4, 3)]


def may_enter(age: int, has_ticket: bool, with_adult: bool) -> bool:
    """A visitor needs a ticket and must be at least 12 years old or come with an adult."""
    return has_ticket and (age >= 12 or with_adult)


cases = [(12, True, False), (11, True, False), (11, True, True), (12, False, False), (40, True, True), (5, False, True),
         (13, True, False), (50, False, False)]


def nearer_to_first(point: int, first: int, second: int) -> bool:
    """Say whether `point` is closer to `first` than to `second` on the number line; a tie is not closer."""
    return abs(point - first) < abs(point - second)


cases = [(0, 1, 2), (0, 2, 1), (5, 4, 6), (5, 5, 5), (-3, -4, 0), (10, 0, 15), (7, 7, 8), (-1, 2, -3), (3, -2, 9)]


def fits_in_box(width: int, height: int, box_width: int, box_height: int) -> bool:
    """Say whether a flat sheet fits into a box, either as it is or turned by a quarter; equal sizes fit."""
    upright = width <= box_width and height <= box_height
    turned = height <= box_width and width <= box_height
    return upright or turned


cases = [(1, 2, 1, 2), (2, 1, 1, 2), (2, 2, 1, 3), (3, 1, 2, 2), (1, 1, 5, 5), (4, 3, 3, 5), (5, 3, 3, 4), (2, 5, 4, 4),
         (3, 5, 5, 3), (3, 5, 3, 4)]


def all_within(numbers: list[int], center: int, radius: int) -> bool:
    """Say whether every number is at most `radius` away from `center`; this holds for an empty list."""
    return all(abs(number - center) <= radius for number in numbers)


cases = [([], 0, 0), ([5], 5, 0), ([4], 5, 0), ([3, 7], 5, 2), ([3, 8], 5, 2), ([2, 7], 5, 2), ([-1, 1], 0, 1),
         ([10, 20, 30], 20, 9)]


def any_divides(candidates: list[int], number: int) -> bool:
    """Say whether at least one of the positive `candidates` divides `number` without remainder."""
    return any(number % candidate == 0 for candidate in candidates)


cases = [([], 6), ([4], 6), ([3], 6), ([4, 5, 2], 6), ([7, 9], 6), ([5, 6, 7], 0), ([2, 3], 35), ([1], 17), ([10], 5)]


def none_longer_than(words: list[str], limit: int) -> bool:
    """Say whether no word has more than `limit` characters."""
    return not any(len(word) > limit for word in words)


cases = [([], 0), (['a'], 0), ([''], 0), (['abc'], 3), (['abcd'], 3), (['a', 'abcd', 'b'], 3), (['ab', 'abc'], 4),
         (['one', 'four'], 3)]


def at_least_n_true(flags: list[bool], needed: int) -> bool:
    """Say whether `needed` or more of the flags are true."""
    return sum(flags) >= needed


cases = [([], 0), ([], 1), ([True], 1), ([False], 1), ([True, True, False], 2), ([True, True, True], 2),
         ([True, False, False], 2), ([False, False], 0)]


def majority_agrees(votes: list[str], choice: str) -> bool:
    """Say whether more than half of the votes are for `choice`; exactly half is not enough."""
    return votes.count(choice) * 2 > len(votes)


cases = [([], 'a'), (['a'], 'a'), (['b'], 'a'), (['a', 'b'], 'a'), (['a', 'b', 'a'], 'a'), (['a', 'b', 'c'], 'a'),
         (['a', 'a', 'a', 'b'], 'a'), (['b', 'b', 'a', 'a', 'b'], 'b')]


def alternates_parity(numbers: list[int]) -> bool:
    """Say whether each two neighbours differ in being odd or even; fewer than two numbers always do."""
    return all(numbers[index] % 2 != numbers[index - 1] % 2 for index in range(1, len(numbers)))


cases = [([],), ([3],), ([1, 2],), ([1, 3],), ([2, 4],), ([1, 2, 3, 4],), ([1, 2, 4],), ([-1, 0, 5, 2],), ([2, 1, 3],),
         ([2, 4, 1],)]


def rises_then_falls(numbers: list[int]) -> bool:
    """Say whether the numbers strictly rise to a top and strictly fall after it, with at least one step each way."""
    top = 0
    while top + 1 < len(numbers) and numbers[top] < numbers[top + 1]:
        top += 1
    falling = all(left > right for left, right in zip(numbers[top:], numbers[top + 1:]))
    return falling and 0 < top < len(numbers) - 1


cases = [([],), ([1, 2, 1],), ([1, 2, 2, 1],), ([3, 2, 1],), ([1, 2, 3],), ([0, 5, 9, 4],), ([1, 3, 2, 3, 1],), ([5],),
         ([2, 6, 4, 4],), ([1, 9, 3, 2],), ([4, 4, 2],)]


def is_sorted_either_way(numbers: list[int]) -> bool:
    """Say whether the numbers never fall or never rise from left to right."""
    return sorted(numbers) in (numbers, numbers[::-1])


cases = [([],), ([1],), ([1, 2, 2, 3],), ([3, 2, 2, 1],), ([1, 3, 2],), ([3, 1, 2],), ([2, 2],), ([5, 6, 5],),
         ([9, 8, 7],)]


def has_close_neighbours(numbers: list[int], gap: int) -> bool:
    """Say whether some two neighbours in the list differ by less than `gap`."""
    for index in range(len(numbers) - 1):
        if abs(numbers[index] - numbers[index + 1]) < gap:
            return True
    return False


cases = [([], 3), ([1], 3), ([1, 4], 3), ([1, 3], 3), ([9, 1, 8], 3), ([9, 5, 6], 2), ([10, 0, 10], 1),
         ([0, 5, -3, -1], 3), ([7, 2], 6)]


def contains_in_order(numbers: list[int], wanted: list[int]) -> bool:
    """Say whether all numbers of `wanted` turn up in `numbers` in the same order, possibly with others between."""
    found = 0
    for number in numbers:
        if found < len(wanted) and number == wanted[found]:
            found += 1
    return found == len(wanted)


cases = [([], []), ([], [1]), ([1], []), ([1, 2, 3], [1, 3]), ([1, 2, 3], [3, 1]), ([1, 2], [1, 1]),
         ([1, 5, 1], [1, 1]), ([4, 4, 2], [4, 2]), ([2, 3, 4], [4]), ([9, 8], [9, 8, 7])]


def same_letters_ignoring(left: str, right: str, ignored: str) -> bool:
    """Say whether the texts have the same characters, each as often, once `ignored` is removed from both."""
    return sorted(left.replace(ignored, '')) == sorted(right.replace(ignored, ''))


cases = [('', '', ' '), ('ab', 'ba', ' '), ('a b', 'ba', ' '), ('ab', 'b a', ' '), ('aab', 'abb', ' '),
         ('a-b', 'ab', ' '), ('dusty', 'study', '-'), ('ab', 'abc', 'c'), ('Ab', 'ab', 'x')]


def one_swap_apart(left: str, right: str) -> bool:
    """Say whether exchanging two neighbouring characters of `left`, exactly once, can give `right`."""
    for index in range(len(left) - 1):
        if left[:index] + left[index + 1] + left[index] + left[index + 2:] == right:
            return True
    return False


cases = [('', ''), ('a', 'a'), ('ab', 'ba'), ('ab', 'ab'), ('aab', 'aab'), ('abc', 'acb'), ('abc', 'cba'),
         ('abcd', 'badc'), ('form', 'from'), ('abc', 'ab'), ('xyz', 'yxz')]


def spellable_from(word: str, letters: str) -> bool:
    """Say whether `word` can be laid with the given letters, using each of them at most once."""
    return all(word.count(char) <= letters.count(char) for char in word)


cases = [('', ''), ('a', ''), ('a', 'a'), ('aa', 'a'), ('aa', 'aba'), ('tea', 'eat'), ('tree', 'ter'), ('Tea', 'tea'),
         ('bad', 'abcde')]


def starts_and_ends_alike(text: str, size: int) -> bool:
    """Say whether the first `size` characters equal the last `size` ones; a text shorter than `size` never counts."""
    return len(text) >= size and text[:size] == text[len(text) - size:]


cases = [('', 1), ('a', 1), ('ab', 1), ('aba', 1), ('aba', 2), ('abab', 2), ('abcab', 2), ('abcba', 2), ('aa', 3),
         ('abc', 3), ('', 0)]


def is_strong_code(code: str, shortest: int) -> bool:
    """A code is strong when it has at least `shortest` characters, among them a digit, a small and a capital letter."""
    has_digit = any(char.isdigit() for char in code)
    mixed = code != code.lower() and code != code.upper()
    return len(code) >= shortest and has_digit and mixed


cases = [('', 0), ('aB1', 3), ('aB1', 4), ('ab1', 3), ('AB1', 3), ('aBc', 3), ('Secret99', 8), ('secret99', 8),
         ('x1Y2', 2), ('123', 3)]


def only_uses(text: str, allowed: str, most: int) -> bool:
    """Say whether `text` has at most `most` characters and none outside `allowed`."""
    return len(text) <= most and set(text) <= set(allowed)


cases = [('', '', 0), ('a', 'a', 1), ('a', 'a', 0), ('ab', 'a', 2), ('abba', 'ab', 4), ('abba', 'ba', 5),
         ('abba', 'ab', 3), ('cab', 'abcd', 3), ('a b', 'ab', 9), ('x', 'abc', 1)]


def is_tidy_name(name: str) -> bool:
    """A tidy name begins with a letter, contains no capital and has no two underscores side by side."""
    return name[:1].isalpha() and name == name.lower() and '__' not in name


cases = [('',), ('a',), ('A',), ('a_b',), ('a__b',), ('_a',), ('9a',), ('tidy_name_2',), ('tidy_Name',), ('x_',)]


def is_clock_text(text: str) -> bool:
    """Say whether `text` is a time of day: two digits, a colon and two digits, from 00:00 to 23:59."""
    hours, minutes = text[:2], text[3:]
    shaped = len(text) == 5 and text[2] == ':' and hours.isdigit() and minutes.isdigit()
    return shaped and int(hours) < 24 and int(minutes) < 60


cases = [('',), ('00:00',), ('23:59',), ('24:00',), ('12:60',), ('1:00',), ('12-30',), ('ab:30',), ('12:3x',),
         ('12:300',), ('10:05',)]


def balanced_sides(text: str, mark: str) -> bool:
    """Say whether `mark` stands exactly once in `text` with equally many characters on its two sides."""
    sides = text.split(mark)
    return len(sides) == 2 and len(sides[0]) == len(sides[1])


cases = [('', '='), ('=', '='), ('a=b', '='), ('ab=b', '='), ('a=b=c', '='), ('abc', '='), ('left<>side', '<>'),
         ('left<>hand', '<>'), ('12:34', ':'), ('=a', '=')]


def is_kind_request(message: str, banned: list[str]) -> bool:
    """Say whether the last word is 'please' and none of the words is banned; capitals in `message` do not matter."""
    words = message.lower().split()
    return words[-1:] == ['please'] and not any(word in words for word in banned)


cases = [('', []), ('please', []), ('Tea PLEASE', []), ('please tea', []), ('now please', ['now']),
         ('NOW please', ['now']), ('known fact please', ['now']), ('pleased', []), ('one two please', ['two', 'six']),
         ('tea please', ['six'])]


def rectangles_overlap(first: tuple[int, int, int, int], second: tuple[int, int, int, int]) -> bool:
    """Each rectangle is (left, bottom, right, top); say whether the two share some area, more than a mere edge."""
    across = first[0] < second[2] and second[0] < first[2]
    upward = first[1] < second[3] and second[1] < first[3]
    return across and upward


cases = [((0, 0, 2, 2), (1, 1, 3, 3)), ((0, 0, 2, 2), (2, 0, 4, 2)), ((2, 0, 4, 2), (0, 0, 2, 2)),
         ((0, 0, 2, 2), (0, 2, 2, 4)), ((0, 2, 2, 4), (0, 0, 2, 2)), ((0, 0, 9, 9), (3, 3, 4, 4)),
         ((3, 3, 4, 4), (0, 0, 9, 9)), ((0, 0, 2, 2), (1, 5, 3, 8)), ((1, 3, 4, 6), (0, 0, 9, 2)),
         ((0, 0, 2, 9), (3, 1, 6, 4)), ((0, 0, 9, 2), (1, 3, 4, 6))]


def point_in_ring(x: int, y: int, inner: int, outer: int) -> bool:
    """Say whether the point (x, y) is at least `inner` and at most `outer` away from the point (0, 0)."""
    return inner ** 2 <= x * x + y * y <= outer ** 2


cases = [(0, 0, 0, 0), (0, 0, 1, 2), (3, 4, 5, 6), (3, 4, 4, 5), (3, 4, 6, 9), (3, 4, 1, 4), (-6, 8, 2, 10),
         (2, 0, 2, 2), (1, 1, 1, 2), (2, -1, 3, 4)]


def same_side_of_zero(numbers: list[int]) -> bool:
    """Say whether all numbers are above zero or all are below zero; a zero spoils it and an empty list passes."""
    return all(number > 0 for number in numbers) or all(number < 0 for number in numbers)


cases = [([],), ([0],), ([1],), ([-1],), ([1, 2],), ([-1, -2],), ([1, -1],), ([-5, 0],), ([5, 0, 2],), ([-3, -1, 2],)]


def is_arithmetic_chain(numbers: list[int], step: int) -> bool:
    """Say whether each number is by `step` larger than the one before it; fewer than two numbers pass."""
    return numbers == [numbers[0] + index * step for index in range(len(numbers))]


cases = [([], 1), ([4], 9), ([1, 2, 3], 1), ([1, 2, 4], 1), ([10, 7, 4], -3), ([10, 7, 4], 3), ([5, 5, 5], 0),
         ([0, 2], 1), ([2, 4, 6], 2)]


def keys_match_kinds(record: dict[str, int | str], numeric: list[str]) -> bool:
    """Say whether every key listed in `numeric` is in the record and has a whole number, not a text, as its value."""
    return all(isinstance(record.get(key), int) for key in numeric)


cases = [({}, []), ({}, ['a']), ({'a': 1}, ['a']), ({'a': '1'}, ['a']), ({'a': 1, 'b': 'x'}, ['a']),
         ({'a': 1, 'b': 'x'}, ['a', 'b']), ({'a': 0, 'b': 2}, ['a', 'b']), ({'b': 2}, ['a', 'b'])]


def shares_exactly(left: list[str], right: list[str], count: int) -> bool:
    """Say whether exactly `count` different words stand in both lists."""
    return len(set(left) & set(right)) == count


cases = [([], [], 0), (['a'], [], 0), (['a'], ['a'], 1), (['a'], ['a'], 0), (['a', 'b'], ['b', 'c'], 1),
         (['a', 'a'], ['a', 'a'], 2), (['a', 'b', 'c'], ['c', 'b'], 2), (['x'], ['y'], 1),
         (['a', 'a', 'b'], ['a', 'c'], 1)]


def everyone_present(names: list[str], present: dict[str, bool]) -> bool:
    """Say whether each name is marked as present; a name that is not in the table counts as absent."""
    return all(present.get(name, False) for name in names)


cases = [([], {}), (['ann'], {}), (['ann'], {'ann': True}), (['ann'], {'ann': False}), (['ann', 'bob'], {'ann': True}),
         (['ann', 'bob'], {'ann': True, 'bob': True}), (['bob'], {'ann': False, 'bob': True}), ([], {'ann': False})]


def is_rook_move(start: tuple[int, int], end: tuple[int, int]) -> bool:
    """A rook moves along its row or column and must leave its square; say whether it may go from `start` to `end`."""
    return start != end and (start[0] == end[0] or start[1] == end[1])


cases = [((0, 0), (0, 0)), ((0, 0), (0, 5)), ((0, 0), (5, 0)), ((0, 0), (5, 5)), ((3, 4), (3, 1)), ((3, 4), (1, 4)),
         ((3, 4), (4, 3)), ((1, 2), (2, 1)), ((7, 7), (7, 7))]


def queue_fair(arrivals: list[int], served: list[int]) -> bool:
    """Both lists hold the same customers; say whether nobody is served more than one place later than he arrived."""
    return all(served.index(customer) - arrivals.index(customer) <= 1 for customer in arrivals)


cases = [([], []), ([1], [1]), ([1, 2], [2, 1]), ([1, 2, 3], [2, 3, 1]), ([1, 2, 3], [3, 1, 2]), ([5, 4, 6], [4, 6, 5]),
         ([5, 4, 6], [5, 6, 4]), ([9, 8, 7, 6], [8, 9, 6, 7]), ([3, 1, 2, 4], [1, 2, 4, 3])]


def takes_turns(moves: str, players: str) -> bool:
    """Say whether the moves, a character each, go through `players` in order from the first on, over and over."""
    return all(move == players[index % len(players)] for index, move in enumerate(moves))


cases = [('', 'ab'), ('a', 'ab'), ('b', 'ab'), ('abab', 'ab'), ('abba', 'ab'), ('aba', 'ab'), ('xyzxy', 'xyz'),
         ('xyzyx', 'xyz'), ('aaa', 'a'), ('ab', 'a')]


def can_pay_exactly(coins: list[int], price: int) -> bool:
    """Say whether some of the coins, each used at most once, add up to exactly `price`; no coins pay a price of 0."""
    reachable = {0}
    for coin in coins:
        reachable |= {total + coin for total in reachable}
    return price in reachable


cases = [([], 0), ([], 5), ([5], 5), ([5], 10), ([2, 3], 5), ([2, 3], 4), ([1, 5, 10], 11), ([1, 5, 10], 12),
         ([2, 2, 7], 4), ([4, 6], 2), ([3], 0)]


def meets_curfew(times: list[tuple[int, int]], limit: tuple[int, int]) -> bool:
    """Times are (hour, minute); say whether there is at least one time and none is later than `limit`."""
    return len(times) > 0 and max(times) <= limit


cases = [([], (9, 0)), ([(9, 0)], (9, 0)), ([(9, 1)], (9, 0)), ([(8, 59)], (9, 0)), ([(8, 0), (10, 0)], (9, 30)),
         ([(1, 5), (2, 6)], (3, 0)), ([(12, 30), (12, 31)], (12, 31)), ([(0, 1)], (0, 0))]


def grid_has_full_line(grid: list[list[int]]) -> bool:
    """Say whether some row or some column of the grid is free of zeros; the rows are equally long and not empty."""
    rows = any(all(row) for row in grid)
    columns = any(all(column) for column in zip(*grid))
    return rows or columns


cases = [([],), ([[0]],), ([[3]],), ([[1, 0], [0, 1]],), ([[1, 1], [0, 0]],), ([[0, 2], [0, 5]],),
         ([[0, 1, 0], [1, 0, 1], [0, 1, 1]],), ([[0, 0], [0, 0]],), ([[1, 0], [1, -1]],), ([[0, 4, 4], [4, 0, 0]],)]


def is_loop_walk(steps: str) -> bool:
    """Steps are the letters N, S, E and W of unit length; say whether the walk has a step and ends where it began."""
    level = steps.count('N') == steps.count('S')
    upright = steps.count('E') == steps.count('W')
    return bool(steps) and level and upright


cases = [('',), ('N',), ('NS',), ('EW',), ('NE',), ('NESW',), ('NNSEW',), ('NSEEW',), ('WWNEES',), ('SN',),
         ('ENSSNWE',)]


def both_or_neither(text: str, first: str, second: str) -> bool:
    """Say whether the words `first` and `second` both stand in the sentence `text`, or neither of them does."""
    words = text.split()
    return (first in words) == (second in words)


cases = [('', 'a', 'b'), ('a b', 'a', 'b'), ('a', 'a', 'b'), ('b', 'a', 'b'), ('c d', 'a', 'b'), ('ab b', 'a', 'b'),
         ('salt and pepper', 'pepper', 'salt'), ('salty pepper', 'salt', 'pepper'), ('bread', 'salt', 'pepper')]


def beats_in_most_rounds(ours: list[int], theirs: list[int]) -> bool:
    """Say whether we had the higher score in more rounds than they had; drawn rounds count for nobody."""
    won = sum(mine > other for mine, other in zip(ours, theirs))
    lost = sum(mine < other for mine, other in zip(ours, theirs))
    return won > lost


cases = [([], []), ([1], [0]), ([0], [1]), ([1], [1]), ([1, 2, 3], [1, 2, 2]), ([1, 5, 3], [2, 4, 3]),
         ([9, 0, 0], [0, 1, 1]), ([1, 1, 9], [0, 0, 9]), ([2, 2, 2, 2], [1, 2, 3, 1])]


def is_echo_list(items: list[str]) -> bool:
    """Say whether the second half of the list repeats the first half; a list of odd length does not."""
    half = len(items) // 2
    return len(items) % 2 == 0 and items[:half] == items[half:]


cases = [([],), (['a'],), (['a', 'a'],), (['a', 'b'],), (['a', 'b', 'a', 'b'],), (['a', 'b', 'b', 'a'],),
         (['a', 'a', 'a'],), (['x', 'y', 'z', 'x', 'y', 'z'],), (['', '', 'q'],)]


def mixed_equal(left: int | str | None, right: int | str | None) -> bool:
    """Compare two values by how they are written, so that 5 equals '5'; None equals only None."""
    if left is None or right is None:
        return left is right
    return str(left) == str(right)


cases = [(None, None), (None, 'None'), ('None', None), (5, '5'), ('5', 5), (5, 6), (0, None), ('a', 'a'), ('a', 'A'),
         ('05', 5), (-1, '-1')]


def shifts_clash(shifts: list[tuple[int, int]]) -> bool:
    """Shifts are (start, end) hours in any order; say whether two overlap, though one may begin as another ends."""
    ordered = sorted(shifts)
    return any(ordered[index - 1][1] > ordered[index][0] for index in range(1, len(ordered)))


cases = [([],), ([(1, 5)],), ([(1, 5), (5, 9)],), ([(1, 6), (5, 9)],), ([(5, 9), (1, 5)],), ([(5, 9), (1, 6)],),
         ([(0, 1), (2, 3), (4, 5)],), ([(0, 9), (2, 3)],), ([(8, 9), (3, 4), (3, 4)],)]


def is_leap_distance(years: list[int]) -> bool:
    """Say whether some two neighbours in the list differ, and do so by a multiple of four, whichever is later."""
    for index in range(1, len(years)):
        gap = years[index] - years[index - 1]
        if gap != 0 and gap % 4 == 0:
            return True
    return False


cases = [([],), ([2000],), ([2000, 2004],), ([2004, 2000],), ([2000, 2000],), ([1999, 2001],), ([1, 2, 10],),
         ([1, 4, 5],), ([7, 8, 9, 10],), ([3, 6, 2],), ([5, 8],)]


def subset_of_any(wanted: list[int], groups: list[list[int]]) -> bool:
    """Say whether at least one of the groups contains all the wanted numbers; without groups the answer is no."""
    return any(all(number in group for number in wanted) for group in groups)


cases = [([], []), ([], [[1]]), ([1], [[1]]), ([1], [[2], [3]]), ([1, 2], [[1], [2]]), ([1, 2], [[3], [2, 1, 4]]),
         ([1, 1], [[1, 5]]), ([4, 5], [[4, 6], [5, 6]])]


def is_steady(readings: list[float], tolerance: float) -> bool:
    """Say whether the highest and the lowest reading are at most `tolerance` apart; no readings are steady."""
    return not readings or max(readings) - min(readings) <= tolerance


cases = [([], 0.5), ([1.5], 0.0), ([1.0, 1.5], 0.5), ([1.0, 1.75], 0.5), ([2.5, 1.0, 2.0], 1.25),
         ([2.5, 1.0, 2.0], 1.5), ([-0.5, 0.5], 0.5), ([-0.5, 0.5], 1.0)]


def wins_tiebreak(ours: list[int], theirs: list[int], at_home: bool) -> bool:
    """We win with the larger sum of points, on equal sums with the better last round, else at home only.

    Both sides played equally many rounds, at least one.
    """
    return (sum(ours), ours[-1], at_home) > (sum(theirs), theirs[-1], False)


cases = [([1], [1], True), ([1], [1], False), ([2, 1], [1, 1], False), ([1, 1], [2, 1], True), ([1, 2], [2, 1], False),
         ([2, 1], [1, 2], True), ([3, 0, 2], [0, 3, 2], True), ([3, 0, 2], [0, 3, 2], False), ([5, 0], [1, 3], False),
         ([3, 0, 2], [2, 2, 1], False)]


def is_nearly(left: float, right: float, slack: float) -> bool:
    """Say whether the two numbers differ by less than `slack`, or are equal."""
    return left == right or abs(left - right) < slack


cases = [(1.0, 1.0, 0.0), (1.0, 1.5, 0.5), (1.0, 1.25, 0.5), (1.25, 1.0, 0.5), (-1.0, 1.0, 1.5), (0.0, 0.0, -1.0),
         (2.0, 2.5, 0.25), (3.5, -3.5, 8.0)]


def only_one_given(first: str | None, second: str | None) -> bool:
    """Say whether exactly one of the two is None; an empty text is not None."""
    return (first is None) != (second is None)


cases = [(None, None), ('a', None), (None, 'a'), ('a', 'b'), ('', None), (None, ''), ('', ''), ('', 'a'),
         ('same', 'same')]


def all_words_begin_alike(sentence: str) -> bool:
    """Say whether all words begin with the same letter, capital or small; fewer than two words always do."""
    return len({word[0].lower() for word in sentence.split()}) < 2


cases = [('',), ('one',), ('Peter picks',), ('a b',), ('big Blue balls',), ('big red balls',), ('so Sad so',),
         ('x  y x',)]


def has_gap_at_least(numbers: set[int], size: int) -> bool:
    """Say whether the largest number of the set exceeds the smallest by `size` or more; no set is empty."""
    return max(numbers) - min(numbers) >= size


cases = [({1}, 0), ({1}, 1), ({1, 4}, 3), ({1, 4}, 4), ({-2, 0, 2}, 4), ({-2, 0, 2}, 5), ({10, 3, 7}, 6), ({5, 6}, 10)]


def is_key_of_value(table: dict[str, list[int]], key: str, value: int) -> bool:
    """Say whether `table` has a list under `key` in which `value` stands."""
    return value in table.get(key, [])


cases = [({}, 'a', 1), ({'a': []}, 'a', 1), ({'a': [1]}, 'a', 1), ({'a': [1]}, 'b', 1), ({'a': [1], 'b': [2]}, 'a', 2),
         ({'a': [1, 3], 'b': [2, 3]}, 'b', 3), ({'x': [0, 0]}, 'x', 0), ({'x': [5]}, 'y', 5)]


def discount_applies(total: int, member: bool, items: int) -> bool:
    """Members get the discount from a total of 50 on, everyone gets it for more than 10 items."""
    return member and total >= 50 or items > 10


cases = [(0, False, 0), (50, True, 1), (49, True, 1), (50, False, 10), (51, False, 11), (10, True, 11), (10, True, 10),
         (200, False, 3), (99, True, 2)]


def first_beats_rest(scores: list[int]) -> bool:
    """Say whether the first score is higher than each of the others; a single score is, and there always is one."""
    return all(scores[0] > score for score in scores[1:])


cases = [([1],), ([2, 1],), ([1, 2],), ([1, 1],), ([5, 4, 3],), ([5, 4, 6],), ([0, -1, -1],), ([9, 9, 1],),
         ([3, 1, 3],)]


def may_swap_seats(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Seats are (row, number); say whether they are neighbours in one row or have one number in neighbouring rows."""
    return abs(first[0] - second[0]) + abs(first[1] - second[1]) == 1


cases = [((1, 1), (1, 1)), ((1, 1), (1, 2)), ((1, 2), (1, 1)), ((1, 1), (2, 1)), ((1, 1), (2, 2)), ((3, 5), (3, 7)),
         ((5, 3), (7, 3)), ((4, 9), (3, 9)), ((2, 8), (1, 9)), ((1, 4), (4, 1)), ((2, 3), (3, 2)), ((0, 7), (1, 7))]


def agrees_with_all(value: int, rules: list[tuple[str, int]]) -> bool:
    """Each rule is ('min', n), ('max', n) or ('not', n): at least n, at most n, anything but n.

    Say whether `value` keeps all the rules.
    """
    for kind, bound in rules:
        if kind == 'min' and value < bound or kind == 'max' and value > bound or kind == 'not' and value == bound:
            return False
    return True


cases = [(5, []), (5, [('min', 5)]), (4, [('min', 5)]), (5, [('max', 5)]), (6, [('max', 5)]), (5, [('not', 5)]),
         (6, [('not', 5)]), (6, [('min', 3), ('max', 9), ('not', 6)]), (7, [('min', 3), ('max', 9), ('not', 6)]),
         (9, [('not', 1), ('max', 8), ('min', 2)])]
