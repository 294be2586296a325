"""Problems on whole numbers: divisibility, digits, rounding, money, time and geometry on a grid."""


def crates_needed(bottles: int, per_crate: int) -> int:
    """Return how many crates hold all `bottles` when each takes `per_crate`; the last crate may be partly empty."""
    return (bottles + per_crate - 1) // per_crate


cases = [(0, 6), (1, 6), (5, 6), (6, 6), (7, 6), (12, 6), (13, 4), (9, 1)]


def bottles_left_over(bottles: int, per_crate: int, crates: int) -> int:
    """Return how many bottles find no place in `crates` crates of `per_crate` each; never less than zero."""
    return max(0, bottles - per_crate * crates)


cases = [(0, 6, 2), (12, 6, 2), (13, 6, 2), (11, 6, 2), (20, 3, 4), (7, 2, 0), (5, 0, 3), (9, 2, 3)]


def step_down_to_multiple(number: int, base: int) -> int:
    """Return the greatest multiple of the positive `base` that is not above `number`, which may be negative."""
    return number - number % base


cases = [(0, 5), (4, 5), (5, 5), (9, 5), (14, 3), (-1, 5), (-10, 5), (-11, 4), (7, 1)]


def nearest_multiple_up_on_tie(number: int, base: int) -> int:
    """Return the multiple of the positive `base` nearest to `number`; halfway between two, take the greater."""
    return (2 * number + base) // (2 * base) * base


cases = [(0, 4), (1, 4), (2, 4), (3, 4), (6, 4), (7, 5), (8, 5), (-2, 4), (-3, 4), (10, 1)]


def distance_to_multiple(number: int, base: int) -> int:
    """Return how far `number` is from the nearest multiple of the positive `base`, in whichever direction."""
    return min(number % base, -number % base)


cases = [(0, 7), (1, 7), (3, 7), (4, 7), (6, 7), (7, 7), (-2, 7), (-5, 7), (5, 10), (12, 1)]


def divides_either_way(first: int, second: int) -> bool:
    """Tell whether one of two positive numbers is a multiple of the other."""
    return first % second == 0 or second % first == 0


cases = [(1, 1), (3, 9), (9, 3), (4, 6), (6, 4), (5, 5), (7, 2), (1, 8)]


def divisible_by_one_only(number: int, first: int, second: int) -> bool:
    """Tell whether exactly one of `first` and `second` divides `number`."""
    return (number % first == 0) != (number % second == 0)


cases = [(0, 2, 3), (6, 2, 3), (4, 2, 3), (9, 2, 3), (7, 2, 3), (10, 5, 10), (15, 5, 10), (-8, 3, 4)]


def multiples_between(low: int, high: int, base: int) -> int:
    """Count the multiples of the positive `base` from `low` to `high`, both ends included; `low` is at most `high`."""
    return high // base - (low - 1) // base


cases = [(0, 0, 3), (1, 2, 3), (1, 3, 3), (3, 9, 3), (4, 8, 3), (-3, 3, 3), (10, 20, 5), (11, 14, 5), (5, 9, 1)]


def count_proper_divisors(number: int) -> int:
    """Count the divisors of a positive `number` that are smaller than it; 1 has none."""
    return sum(number % d == 0 for d in range(1, number))


cases = [(1,), (2,), (3,), (4,), (6,), (12,), (13,), (16,), (30,)]


def second_smallest_divisor(number: int) -> int:
    """Return the smallest divisor above 1 of a `number` of at least 2."""
    divisor = 2
    while number % divisor != 0:
        divisor += 1
    return divisor


cases = [(2,), (3,), (4,), (9,), (25,), (35,), (49,), (77,), (13,)]


def remove_factor(number: int, factor: int) -> int:
    """Divide the positive `number` by `factor` (above 1) for as long as it goes in without a rest."""
    while number % factor == 0:
        number //= factor
    return number


cases = [(1, 2), (2, 2), (8, 2), (12, 2), (12, 3), (18, 3), (7, 5), (50, 5), (36, 6)]


def times_factor_goes_in(number: int, factor: int) -> int:
    """Count how often the positive `number` can be divided by `factor` (above 1) before a rest appears."""
    times = 0
    while number % factor == 0:
        number //= factor
        times += 1
    return times


cases = [(1, 2), (2, 2), (8, 2), (12, 2), (12, 3), (81, 3), (7, 5), (250, 5), (36, 6)]


def digit_at(number: int, place: int) -> int:
    """Return the decimal digit of `number` at `place`, where place 0 holds the units; the sign does not matter."""
    return abs(number) // 10**place % 10


cases = [(0, 0), (7, 0), (7, 1), (482, 0), (482, 1), (482, 2), (482, 3), (-93, 0), (-93, 1)]


def digits_in_base(number: int, base: int) -> list[int]:
    """List the digits of a non-negative `number` written in `base`, units first; zero has no digits."""
    digits = []
    while number > 0:
        digits.append(number % base)
        number //= base
    return digits


cases = [(0, 10), (1, 2), (6, 2), (9, 3), (305, 10), (255, 16), (7, 8), (8, 8), (100, 7)]


def value_of_digits(digits: list[int], base: int) -> int:
    """Return the number whose digits in `base` are given, most significant first; no digits mean zero."""
    value = 0
    for digit in digits:
        value = value * base + digit
    return value


cases = [([], 10), ([0], 10), ([5], 7), ([1, 0, 1], 2), ([1, 2, 3], 10), ([1, 2, 3], 5), ([0, 0, 4], 6), ([15, 15], 16)]


def digit_range(number: int) -> int:
    """Return the greatest digit of `number` less its smallest digit, the sign left aside."""
    digits = str(abs(number))
    return int(max(digits)) - int(min(digits))


cases = [(0,), (7,), (11,), (19,), (91,), (-305,), (4268,), (-77,), (1000,)]


def even_digits_minus_odd(number: int) -> int:
    """Add up the even digits of a non-negative `number` and take away each of its odd digits."""
    return sum(d if d % 2 == 0 else -d for d in map(int, str(number)))


cases = [(0,), (1,), (2,), (12,), (21,), (48,), (97,), (305,), (1234,), (8888,)]


def alternating_digit_sum(number: int) -> int:
    """Add the first digit of a non-negative `number`, subtract the second, add the third, and so on."""
    return sum(map(int, str(number)[::2])) - sum(map(int, str(number)[1::2]))


cases = [(0,), (5,), (10,), (19,), (91,), (121,), (918,), (4321,), (1030,)]


def digits_never_fall(number: int) -> bool:
    """Tell whether no digit of the non-negative `number` is smaller than the digit on its left."""
    text = str(number)
    return all(left <= right for left, right in zip(text, text[1:]))


cases = [(0,), (9,), (10,), (11,), (12,), (21,), (1123,), (1132,), (4579,), (4578864,)]


def keep_big_digits(number: int, least: int) -> int:
    """Drop the digits of the non-negative `number` that are below `least` and join the others; 0 if none is left."""
    return int(''.join(d for d in str(number) if int(d) >= least) or '0')


cases = [(0, 0), (0, 1), (123, 2), (123, 3), (123, 4), (9090, 1), (5150, 5), (77, 7), (4826, 5)]


def swap_end_digits(number: int) -> int:
    """Exchange the first and the last digit of a non-negative `number`; leading zeros that arise do not count."""
    text = str(number)
    if len(text) < 2:
        return number
    return int(text[-1] + text[1:-1] + text[0])


cases = [(0,), (8,), (12,), (70,), (123,), (4005,), (100,), (98761,), (33,)]


def glue_numbers(left: int, right: int) -> int:
    """Write two non-negative numbers one after the other and read the digits as one number."""
    return int(f'{left}{right}')


cases = [(0, 0), (0, 5), (5, 0), (12, 34), (34, 12), (7, 100), (100, 7), (1, 1)]


def steps_to_one_digit(number: int) -> int:
    """Replace a non-negative `number` by the sum of its digits until one digit is left; count the replacements."""
    steps = 0
    while number > 9:
        number = sum(map(int, str(number)))
        steps += 1
    return steps


cases = [(0,), (9,), (10,), (18,), (19,), (99,), (199,), (1000,), (7,), (2999999,)]


def lucky_ticket(number: int) -> bool:
    """Tell whether the first three digits of a six-digit ticket add up to as much as the last three.

    Numbers below 100000 are filled with zeros on the left.
    """
    digits = [int(d) for d in f'{number:06d}']
    return sum(digits[:3]) == sum(digits[3:])


cases = [(0,), (1,), (1001,), (123321,), (123322,), (100001,), (100010,), (999000,), (12120,), (111210,), (300111,)]


def clamp_to_span(value: int, first: int, second: int) -> int:
    """Return `value`, or the nearer end of the span when it lies outside; the ends come in either order."""
    low, high = min(first, second), max(first, second)
    return max(low, min(value, high))


cases = [(5, 1, 9), (0, 1, 9), (10, 1, 9), (5, 9, 1), (0, 9, 1), (10, 9, 1), (-4, -3, -3), (2, 2, 8), (8, 2, 8)]


def wrap_around(value: int, low: int, high: int) -> int:
    """Bring `value` into low..high, both included, by stepping around that circle of whole numbers."""
    return low + (value - low) % (high - low + 1)


cases = [(1, 1, 12), (12, 1, 12), (13, 1, 12), (0, 1, 12), (-1, 1, 12), (25, 1, 12), (7, 0, 4), (5, 5, 5), (3, -2, 2)]


def outside_by(value: int, low: int, high: int) -> int:
    """Return by how much `value` misses low..high: negative when below, positive when above, 0 when inside."""
    if value < low:
        return value - low
    return max(0, value - high)


cases = [(5, 1, 9), (1, 1, 9), (0, 1, 9), (-3, 1, 9), (9, 1, 9), (10, 1, 9), (15, 1, 9), (2, 2, 2), (-5, -9, -7)]


def closer_to_zero(first: int, second: int) -> int:
    """Return the number nearer to zero; at equal distance the positive one."""
    return min(first, second, key=lambda n: (abs(n), -n))


cases = [(0, 0), (3, -4), (-3, 4), (4, -3), (5, -5), (-5, 5), (0, -1), (2, 9), (-2, -9)]


def middle_of_three(a: int, b: int, c: int) -> int:
    """Return the value that is neither the least nor the greatest of three; among equal values, that value."""
    return sorted([a, b, c])[1]


cases = [(1, 2, 3), (3, 1, 2), (2, 3, 1), (5, 5, 1), (5, 1, 5), (0, 0, 0), (-1, -5, 9), (9, -5, 3)]


def spread_of_three(a: int, b: int, c: int) -> int:
    """Return the difference between the greatest and the least of three numbers."""
    return max(a, b, c) - min(a, b, c)


cases = [(0, 0, 0), (1, 2, 3), (3, 2, 1), (2, 9, 4), (-1, -5, -3), (-4, 4, 0), (7, 7, 1), (10, 3, 10)]


def double_small_halve_big(number: int, limit: int) -> int:
    """Double a number that is below `limit`; halve any other, rounding down."""
    return number * 2 if number < limit else number // 2


cases = [(0, 1), (3, 10), (9, 10), (10, 10), (11, 10), (-4, 0), (7, 2), (-3, -5)]


def signed_square(number: int) -> int:
    """Return the square of `number` with the sign of `number`."""
    return number * abs(number)


cases = [(0,), (1,), (-1,), (2,), (-2,), (5,), (-7,), (10,)]


def average_rounded_up(total: int, count: int) -> int:
    """Return `total` shared evenly over `count`, rounded up to a whole number; 0 when `count` is 0."""
    return -(-total // count) if count != 0 else 0


cases = [(0, 3), (1, 3), (3, 3), (4, 3), (9, 0), (-4, 3), (10, 5), (7, 2), (1, 1)]


def largest_power_within(base: int, limit: int) -> int:
    """Return the greatest power of `base` (above 1), 1 included, that is at most `limit` (at least 1)."""
    power = 1
    while power * base <= limit:
        power *= base
    return power


cases = [(2, 1), (2, 2), (2, 3), (2, 17), (3, 26), (3, 27), (10, 9), (10, 10), (7, 400)]


def floor_root(number: int) -> int:
    """Return the greatest whole number whose square is at most the non-negative `number`, found without floats."""
    root = 0
    while (root + 1) * (root + 1) <= number:
        root += 1
    return root


cases = [(0,), (1,), (2,), (3,), (4,), (8,), (9,), (24,), (25,), (99,), (100,)]


def squares_strictly_between(low: int, high: int) -> int:
    """Count the squares of 1, 2, 3 and so on that are above `low` and below `high`."""
    return sum(low < n * n < high for n in range(1, high))


cases = [(0, 0), (0, 1), (0, 2), (1, 4), (0, 5), (3, 17), (4, 16), (10, 3), (-5, 10), (8, 10)]


def triangle_rows(coins: int) -> int:
    """Lay rows of 1, 2, 3 and so on coins; return how many full rows a non-negative number of coins gives."""
    rows = 0
    while coins > rows:
        rows += 1
        coins -= rows
    return rows


cases = [(0,), (1,), (2,), (3,), (4,), (5,), (6,), (10,), (14,), (15,)]


def arithmetic_series(first: int, step: int, count: int) -> int:
    """Add up `count` numbers that start at `first` and grow by `step`."""
    return sum(first + step * i for i in range(count))


cases = [(5, 2, 0), (5, 2, 1), (5, 2, 3), (0, 1, 5), (10, -3, 4), (-2, 0, 3), (1, 1, 10), (7, -7, 2)]


def total_price_in_cents(euros: int, cents: int, pieces: int) -> int:
    """Return the price in cents of `pieces` things that cost `euros` euros and `cents` cents each."""
    return (euros * 100 + cents) * pieces


cases = [(0, 0, 5), (1, 0, 1), (0, 99, 2), (1, 50, 2), (3, 5, 3), (12, 34, 1), (2, 25, 0), (10, 1, 10)]


def price_label(cents: int) -> str:
    """Write a non-negative amount of cents as euros with a point and two digits, such as 3.05."""
    return f'{cents // 100}.{cents % 100:02d}'


cases = [(0,), (5,), (99,), (100,), (101,), (305,), (1250,), (123456,)]


def discounted_cents(cents: int, percent: int) -> int:
    """Return a price in cents less `percent` per cent; the discount itself is rounded down to whole cents."""
    return cents - cents * percent // 100


cases = [(0, 50), (100, 0), (100, 10), (100, 100), (99, 50), (999, 15), (250, 33), (1, 99)]


def pay_with_coins(amount: int, coins: list[int]) -> list[int]:
    """Pay a non-negative `amount` by taking the biggest coin that fits, again and again; list the coins in that order.

    What no coin can pay stays unpaid.
    """
    taken = []
    for coin in sorted(coins, reverse=True):
        while coin <= amount:
            taken.append(coin)
            amount -= coin
    return taken


cases = [(0, [1, 2, 5]), (1, [1, 2, 5]), (9, [1, 2, 5]), (9, [5, 1, 2]), (4, [5]), (7, [5, 3]), (30, [20, 10]), (6, []),
         (12, [4, 9, 1])]


def split_bill(total: int, people: int) -> list[int]:
    """Share `total` cents among `people` as evenly as possible; those who pay a cent more come first."""
    share, extra = divmod(total, people)
    return [share + 1] * extra + [share] * (people - extra)


cases = [(0, 2), (10, 1), (10, 2), (10, 3), (11, 3), (12, 5), (1, 4), (99, 10), (7, 7)]


def tip_to_whole_euro(cents: int) -> int:
    """Return the cents that must be added to reach the next full euro; a price of full euros needs none."""
    return -cents % 100


cases = [(0,), (1,), (99,), (100,), (101,), (250,), (1999,), (12345,)]


def savings_weeks(goal: int, start: int, weekly: int) -> int:
    """Return how many weekly payments (of a positive amount) lift the savings from `start` to at least `goal`."""
    weeks = 0
    while start < goal:
        start += weekly
        weeks += 1
    return weeks


cases = [(0, 0, 5), (10, 10, 5), (10, 12, 5), (10, 0, 5), (11, 0, 5), (100, 1, 33), (50, 20, 7), (3, -3, 2)]


def shipping_fee(weight: int, items: int) -> int:
    """Return 0 for a parcel without items, else 4 plus 2 for each full 1000 grams of `weight` after the first."""
    if items == 0:
        return 0
    return 4 + 2 * max(0, weight // 1000 - 1)


cases = [(0, 0), (5000, 0), (0, 1), (999, 3), (1000, 1), (1999, 1), (2000, 1), (2999, 2), (3000, 1), (10500, 4)]


def minutes_after_midnight(hours: int, minutes: int, afternoon: bool) -> int:
    """Turn a time of a twelve-hour clock into minutes after midnight; 12 o'clock counts as hour 0 of its half day."""
    return (hours % 12 + 12 * afternoon) * 60 + minutes


cases = [(12, 0, False), (12, 0, True), (1, 0, False), (1, 30, True), (11, 59, False), (11, 59, True), (12, 45, False),
         (6, 15, True)]


def clock_text(minutes: int) -> str:
    """Write minutes after midnight as HH:MM; after a full day, or before midnight, the clock simply goes around."""
    return f'{minutes // 60 % 24:02d}:{minutes % 60:02d}'


cases = [(0,), (59,), (60,), (61,), (605,), (1439,), (1440,), (1501,), (-1,), (-61,)]


def minutes_until(now: int, then: int) -> int:
    """Return the minutes from `now` until `then`, today or tomorrow, both in minutes after midnight; 0 if equal."""
    return (then - now) % 1440


cases = [(0, 0), (0, 1), (1, 0), (600, 660), (660, 600), (1439, 0), (1439, 1438), (30, 750)]


def angle_of_minute_hand(minutes: int) -> int:
    """Return the angle in degrees, 0 to 354, that the minute hand has turned from the top after `minutes`."""
    return minutes * 6 % 360


cases = [(0,), (1,), (15,), (30,), (59,), (60,), (61,), (130,)]


def weekday_after(day: int, days: int) -> int:
    """Days of the week are numbered 1 to 7; return the number of the day `days` later, or earlier when negative."""
    return (day - 1 + days) % 7 + 1


cases = [(1, 0), (7, 0), (7, 1), (1, 6), (1, 7), (3, 10), (1, -1), (5, -12), (6, 3)]


def days_of_month(month: int, leap: bool) -> int:
    """Return the days of a month given by its number; February (2) has 29 days in a leap year, else 28."""
    if month == 2:
        return 28 + leap
    return 30 if month in (4, 6, 9, 11) else 31


cases = [(1, False), (2, False), (2, True), (3, True), (4, False), (6, False), (8, True), (9, True), (11, False),
         (12, False), (5, False), (10, True)]


def parking_hours(seconds: int) -> int:
    """Return the hours charged: each started hour counts, but the first 300 seconds of the stay are free."""
    paid = max(0, seconds - 300)
    return (paid + 3599) // 3600


cases = [(0,), (300,), (301,), (3899,), (3900,), (3901,), (7500,), (7501,), (20000,)]


def seconds_of_pace(distance_km: int, minutes: int, seconds: int) -> int:
    """Return the whole seconds needed for one kilometre on a run of `distance_km` in the given time, rounded down."""
    return (minutes * 60 + seconds) // distance_km


cases = [(1, 4, 30), (2, 10, 0), (2, 10, 1), (5, 25, 4), (10, 50, 59), (3, 0, 59), (7, 40, 15), (4, 1, 0)]


def steps_on_grid(x: int, y: int) -> int:
    """Return the fewest king's steps (one field in any of eight directions) from the origin to (x, y)."""
    return max(abs(x), abs(y))


cases = [(0, 0), (1, 0), (0, -1), (2, 2), (-3, 1), (3, -5), (-4, -2), (6, 5)]


def street_distance(x1: int, y1: int, x2: int, y2: int) -> int:
    """Return the length of the shortest walk between two crossings when streets run along the axes alone."""
    return abs(x1 - x2) + abs(y1 - y2)


cases = [(0, 0, 0, 0), (0, 0, 3, 4), (3, 4, 0, 0), (1, 2, 1, 5), (-1, -1, 1, 1), (2, 5, 4, 1), (7, 3, 2, 3),
         (-2, 4, -6, 9)]


def rectangle_frame(width: int, height: int) -> int:
    """Count the fields on the border of a board of `width` by `height` fields, both at least 1."""
    return width * height - max(0, width - 2) * max(0, height - 2)


cases = [(1, 1), (1, 5), (5, 1), (2, 2), (2, 4), (3, 3), (4, 3), (3, 5), (6, 5)]


def tiles_for_floor(width: int, depth: int, tile: int) -> int:
    """Return how many square tiles of side `tile` cover a floor when tiles may be cut but pieces are not used again."""
    return -(-width // tile) * -(-depth // tile)


cases = [(0, 5, 2), (4, 4, 2), (5, 4, 2), (4, 5, 2), (5, 5, 2), (1, 1, 3), (10, 7, 3), (9, 6, 3)]


def boxes_overlap_area(left1: int, right1: int, left2: int, right2: int, height: int) -> int:
    """Return the area shared by two boxes of one `height` on the same floor, each from its left to its right side."""
    return height * max(0, min(right1, right2) - max(left1, left2))


cases = [(0, 4, 4, 8, 3), (0, 5, 4, 8, 3), (4, 8, 0, 5, 3), (0, 9, 2, 5, 2), (2, 5, 0, 9, 2), (0, 1, 5, 6, 4),
         (-3, 3, -1, 8, 1), (0, 6, 0, 6, 0)]


def triangle_kind(a: int, b: int, c: int) -> str:
    """Name a triangle by its positive sides: 'none' if they do not close, 'equal', 'two equal' or 'different'.

    Sides that close only to a flat line make no triangle.
    """
    longest = max(a, b, c)
    if a + b + c <= 2 * longest:
        return 'none'
    return {1: 'equal', 2: 'two equal', 3: 'different'}[len({a, b, c})]


cases = [(1, 1, 1), (2, 2, 3), (3, 2, 2), (2, 3, 4), (1, 2, 3), (1, 1, 2), (1, 1, 5), (7, 3, 3), (5, 4, 3), (9, 9, 2)]


def knight_can_jump(column: int, row: int, to_column: int, to_row: int) -> bool:
    """Tell whether a chess knight gets from one field to the other in one move, the board having no edge."""
    return abs(column - to_column) * abs(row - to_row) == 2


cases = [(0, 0, 0, 0), (0, 0, 1, 2), (0, 0, 2, 1), (5, 5, 4, 3), (5, 5, 3, 5), (1, 1, 2, 2), (3, 4, 1, 5), (2, 2, 4, 4),
         (0, 0, 1, 3)]


def leap_years_until(first: int, last: int) -> int:
    """Count the years from `first` to `last`, both included, that 4 divides but 100 does not, or that 400 divides."""
    return sum(year % 400 == 0 or (year % 4 == 0 and year % 100 != 0) for year in range(first, last + 1))


cases = [(2001, 2000), (2000, 2000), (1900, 1900), (2001, 2003), (2004, 2004), (1896, 1904), (1999, 2012), (2096, 2104),
         (1600, 2000)]


def temperature_words(celsius: int) -> str:
    """Return 'frost' below 0, 'cold' from 0 to 14, 'mild' from 15 to 24 and 'hot' above that."""
    if celsius < 0:
        return 'frost'
    if celsius < 15:
        return 'cold'
    return 'mild' if celsius < 25 else 'hot'


cases = [(-10,), (-1,), (0,), (1,), (14,), (15,), (16,), (24,), (25,), (40,)]


def halving_steps(number: int) -> int:
    """Count the steps that take a positive `number` to 1: an even one is halved, an odd one loses 1."""
    steps = 0
    while number > 1:
        number = number // 2 if number % 2 == 0 else number - 1
        steps += 1
    return steps


cases = [(1,), (2,), (3,), (4,), (5,), (7,), (8,), (15,), (100,)]


def bits_that_differ(first: int, second: int) -> int:
    """Count the places at which the binary forms of two non-negative numbers have different digits."""
    return bin(first ^ second).count('1')


cases = [(0, 0), (0, 1), (1, 0), (5, 5), (2, 5), (7, 8), (12, 10), (255, 1), (6, 7)]


def set_bit_places(number: int) -> list[int]:
    """List the places, units being place 0, at which the non-negative `number` has a 1 in binary, in rising order."""
    return [place for place in range(number.bit_length()) if number >> place & 1]


cases = [(0,), (1,), (2,), (3,), (8,), (10,), (21,), (64,), (255,)]


def share_prime_factor(first: int, second: int) -> bool:
    """Tell whether two positive numbers have a common divisor above 1."""
    while second:
        first, second = second, first % second
    return first > 1


cases = [(1, 1), (2, 4), (4, 2), (3, 5), (9, 6), (35, 49), (8, 27), (1, 7), (13, 13), (10, 21)]


def smallest_common_start(first: int, second: int, after: int) -> int:
    """Return the least number above `after` that both positive numbers `first` and `second` divide."""
    candidate = after + 1
    while candidate % first != 0 or candidate % second != 0:
        candidate += 1
    return candidate


cases = [(1, 1, 0), (2, 3, 0), (2, 3, 6), (2, 3, 5), (4, 6, 0), (4, 6, 12), (5, 5, 9), (7, 2, 20), (3, 9, -1),
         (3, 9, -2)]


def percent_rounded(part: int, whole: int) -> int:
    """Return what per cent of the positive `whole` the non-negative `part` is, halves rounded up."""
    return (200 * part + whole) // (2 * whole)


cases = [(0, 5), (5, 5), (1, 2), (1, 3), (2, 3), (1, 200), (1, 201), (3, 200), (7, 8), (9, 4)]


def exchange_twice(amount: int, buy: int, sell: int) -> int:
    """Change `amount` into tokens that cost `buy` each, then sell each for `sell`; return the money at the end.

    Money that buys no whole token is kept.
    """
    return amount // buy * sell + amount % buy


cases = [(0, 3, 2), (2, 3, 2), (3, 3, 2), (10, 3, 2), (10, 5, 7), (11, 5, 7), (9, 1, 0), (25, 4, 4)]


def elevator_stops(start: int, target: int, stride: int) -> int:
    """An elevator goes `stride` floors at a time from `start` towards `target`; return the floor where it must stop.

    It never passes the target, which may be above or below.
    """
    if target >= start:
        return target - (target - start) % stride
    return target + (start - target) % stride


cases = [(0, 0, 2), (0, 4, 2), (0, 5, 2), (5, 0, 2), (3, -4, 3), (1, 2, 5), (9, 1, 4), (2, 11, 4)]


def turns_to_lock(current: int, wanted: int, size: int) -> int:
    """A dial has the numbers 0 to size - 1; return the fewest clicks from `current` to `wanted`, either way around."""
    clicks = (wanted - current) % size
    return min(clicks, size - clicks)


cases = [(0, 0, 10), (0, 1, 10), (1, 0, 10), (0, 5, 10), (0, 6, 10), (9, 1, 10), (2, 8, 10), (3, 0, 4), (4, 1, 7)]
