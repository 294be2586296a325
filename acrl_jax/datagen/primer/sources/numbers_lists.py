"""Problems on lists of whole numbers: filters, sums, running values, positions and windows."""


def keep_within(numbers: list[int], low: int, high: int) -> list[int]:
    """Return the numbers from `low` to `high`, both included, in their order."""
    return [n for n in numbers if low <= n <= high]


cases = [([], 0, 9), ([1, 2, 3], 2, 2), ([5, 1, 9, 4], 4, 9), ([0, 10], 1, 9), ([3, 3, 8], 3, 7),
         ([-2, -1, 0, 1], -1, 0), ([6], 7, 5), ([2, 7, 7, 1], 1, 7)]


def drop_multiples(numbers: list[int], base: int) -> list[int]:
    """Return the numbers that the positive `base` does not divide, in their order."""
    return [n for n in numbers if n % base != 0]


cases = [([], 3), ([3, 6, 9], 3), ([1, 2, 3, 4], 2), ([0, 5], 5), ([7, 14, 15], 7), ([-4, -3], 2), ([8], 1),
         ([10, 11, 12], 4)]


def sum_above(numbers: list[int], limit: int) -> int:
    """Add up the numbers that are above `limit`."""
    return sum(n for n in numbers if n > limit)


cases = [([], 0), ([1, 2, 3], 1), ([1, 2, 3], 3), ([5, 5, 6], 5), ([-3, -1], -2), ([10, 20], 0), ([4], 4),
         ([9, 0, -9], -10)]


def sum_at_even_places(numbers: list[int]) -> int:
    """Add up the first, third, fifth number and so on."""
    return sum(numbers[::2])


cases = [([],), ([4],), ([4, 5],), ([4, 5, 6],), ([1, 10, 100, 1000],), ([-1, 0, 1],), ([0, 7, 0, 7],),
         ([2, 2, 2, 2, 2],)]


def count_equal_to_last(numbers: list[int]) -> int:
    """Count the numbers equal to the last one, the last one not counted; an empty list gives 0."""
    return numbers[:-1].count(numbers[-1]) if numbers else 0


cases = [([],), ([1],), ([1, 1],), ([1, 2],), ([2, 1, 2],), ([3, 3, 3, 3],), ([1, 1, 2],), ([0, 5, 0, 5, 5],)]


def total_without_ends(numbers: list[int]) -> int:
    """Add up all numbers but the first and the last."""
    return sum(numbers[1:-1])


cases = [([],), ([5],), ([5, 6],), ([5, 6, 7],), ([1, 2, 3, 4],), ([-1, -2, -3],), ([10, 0, 10],), ([9, 1, 1, 1, 9],)]


def mean_floor(numbers: list[int], empty: int) -> int:
    """Return the mean rounded down to a whole number, or `empty` for an empty list."""
    return sum(numbers) // len(numbers) if numbers else empty


cases = [([], 0), ([], -1), ([4], 9), ([1, 2], 0), ([1, 2, 4], 5), ([-1, 0], 3), ([7, 7, 7], 1), ([10, 20, 33], 2)]


def above_mean(numbers: list[int]) -> list[int]:
    """Return the numbers that are greater than the mean of all, in their order."""
    return [n for n in numbers if n * len(numbers) > sum(numbers)]


cases = [([],), ([3],), ([1, 3],), ([2, 2, 2],), ([5, 1, 3],), ([10, 0, 9, 1],), ([-1, -5, -6],), ([4, 4, 1, 4],)]


def product_of_nonzero(numbers: list[int]) -> int:
    """Multiply all numbers that are not zero; without any the product is 1."""
    product = 1
    for n in numbers:
        if n != 0:
            product *= n
    return product


cases = [([],), ([0],), ([0, 0, 5],), ([2, 3],), ([-1, 4, 0],), ([1, 1, 1],), ([7, 0, 2, 3],), ([-2, -3],)]


def negatives_to_zero(numbers: list[int]) -> list[int]:
    """Put 0 in the place of each negative number."""
    return [max(0, n) for n in numbers]


cases = [([],), ([-1],), ([1, -1, 2],), ([0, 0],), ([-5, -6],), ([3, 4],), ([10, -10, -1, 1],)]


def cap_each(numbers: list[int], most: int) -> list[int]:
    """Replace every number that exceeds `most` by `most`."""
    return [min(n, most) for n in numbers]


cases = [([], 5), ([4, 5, 6], 5), ([9, 9], 3), ([1, 2], 10), ([-1, 0], -1), ([7], 7), ([0, 100, 50], 50)]


def scale_and_shift(numbers: list[int], factor: int, offset: int) -> list[int]:
    """Multiply each number by `factor` and then add `offset`."""
    return [n * factor + offset for n in numbers]


cases = [([], 2, 3), ([0], 2, 3), ([1, 2], 2, 3), ([1, 2], 0, 4), ([5, -5], -1, 0), ([3], 10, -1), ([2, 2, 4], 3, 1)]


def pairwise_gaps(numbers: list[int]) -> list[int]:
    """Return the distance, never negative, between each number and the one after it."""
    return [abs(numbers[i] - numbers[i + 1]) for i in range(len(numbers) - 1)]


cases = [([],), ([3],), ([3, 5],), ([5, 3],), ([1, 1, 4],), ([0, -2, 7, 7],), ([10, 20, 15],)]


def neighbour_sums_ring(numbers: list[int]) -> list[int]:
    """The numbers stand in a ring: return for each the sum of the one before it and the one after it."""
    return [numbers[i - 1] + numbers[(i + 1) % len(numbers)] for i in range(len(numbers))]


cases = [([],), ([4],), ([1, 2],), ([1, 2, 3],), ([5, 0, 0, 1],), ([-1, 1, -1, 1],), ([10, 20, 30, 40, 50],)]


def running_total_from(numbers: list[int], start: int) -> list[int]:
    """Return the totals so far when counting begins at `start`: one entry for each number, itself added."""
    totals = []
    for n in numbers:
        start += n
        totals.append(start)
    return totals


cases = [([], 5), ([1], 0), ([1], 5), ([1, 2, 3], 0), ([1, 2, 3], 10), ([-1, -1], 1), ([0, 4, 0], 2)]


def running_minimum(numbers: list[int]) -> list[int]:
    """Return for each place the least number up to and including it."""
    return [min(numbers[:i]) for i in range(1, len(numbers) + 1)]


cases = [([],), ([3],), ([3, 1, 2],), ([1, 2, 3],), ([5, 5, 4, 9],), ([0, -1, -1, -2],), ([2, 8, 1, 8],)]


def lowest_balance(changes: list[int], start: int) -> int:
    """An account holds `start`; return the least amount it ever held, the start included, as the changes are booked."""
    lowest = start
    for change in changes:
        start += change
        lowest = min(lowest, start)
    return lowest


cases = [([], 5), ([3], 5), ([-3], 5), ([-3, 4], 5), ([2, -9, 5], 5), ([-1, -1, -1], 0), ([4, -2, -3, 8, -1], 1),
         ([-5, 10, -6], 2)]


def first_place_at_least(numbers: list[int], limit: int) -> int:
    """Return the index of the first number that is `limit` or more, or -1 if there is none."""
    return next((i for i, n in enumerate(numbers) if n >= limit), -1)


cases = [([], 1), ([1], 1), ([0, 1, 2], 1), ([0, 0], 1), ([5, 9, 9], 9), ([-3, -1], -2), ([2, 4, 6], 7), ([8, 1], 3)]


def last_place_of(numbers: list[int], wanted: int) -> int:
    """Return the index of the last number equal to `wanted`, or -1 if there is none."""
    return max((i for i, n in enumerate(numbers) if n == wanted), default=-1)


cases = [([], 1), ([1], 1), ([1, 2, 1], 1), ([1, 2, 1], 2), ([3, 3, 3], 3), ([4, 5], 6), ([0, 0, 1], 0), ([7, 8, 9], 7)]


def places_of_greatest(numbers: list[int]) -> list[int]:
    """Return all indexes at which the greatest number stands."""
    return [i for i, n in enumerate(numbers) if n == max(numbers)]


cases = [([],), ([4],), ([1, 2],), ([2, 1],), ([2, 2],), ([1, 3, 2, 3],), ([-1, -2, -1],), ([0, 0, 5, 0],)]


def place_of_least_from(numbers: list[int], start: int) -> int:
    """Return the index of the least number at index `start` or later, the first of equals; `start` is in the list."""
    return min(range(start, len(numbers)), key=lambda i: numbers[i])


cases = [([5], 0), ([1, 2], 0), ([1, 2], 1), ([3, 1, 2], 0), ([1, 3, 2], 1), ([2, 2, 2], 1), ([0, 9, 8, 8], 1),
         ([4, -1, 5, -1], 2)]


def distance_of_extremes(numbers: list[int]) -> int:
    """Return how many places lie from the first greatest number to the first least one, never negative; 0 if empty."""
    if not numbers:
        return 0
    return abs(numbers.index(max(numbers)) - numbers.index(min(numbers)))


cases = [([],), ([3],), ([1, 2],), ([2, 1],), ([5, 1, 2, 3],), ([1, 2, 9],), ([4, 4, 4],), ([3, 9, 0, 9, 0],),
         ([7, 8, 8, 1, 1],)]


def after_first_zero(numbers: list[int]) -> list[int]:
    """Return what stands behind the first zero; without a zero, nothing."""
    return numbers[numbers.index(0) + 1:] if 0 in numbers else []


cases = [([],), ([0],), ([1, 2],), ([0, 1],), ([1, 0, 2, 3],), ([1, 0, 2, 0, 3],), ([5, 0],), ([0, 0, 4],)]


def until_limit_crossed(numbers: list[int], limit: int) -> list[int]:
    """Return the numbers from the front for as long as their total does not exceed `limit`."""
    taken = []
    for n in numbers:
        if sum(taken) + n > limit:
            break
        taken.append(n)
    return taken


cases = [([], 3), ([3], 3), ([4], 3), ([1, 2, 3], 3), ([1, 2, 3], 5), ([2, 5, 1], 4), ([1, 1, 1, 1], 10),
         ([5, -3, 1], 5)]


def leading_rise(numbers: list[int]) -> int:
    """Return how many numbers the rising run at the front has, where each is greater than the one before it."""
    length = min(1, len(numbers))
    while 0 < length < len(numbers) and numbers[length] > numbers[length - 1]:
        length += 1
    return length


cases = [([],), ([4],), ([1, 2],), ([2, 1],), ([2, 2],), ([1, 2, 3, 1],), ([1, 2, 2, 3],), ([-3, -2, 0, 5],),
         ([5, 4, 6],)]


def longest_stretch_at_least(numbers: list[int], limit: int) -> int:
    """Return the length of the longest unbroken stretch in which no number is below `limit`."""
    best = current = 0
    for n in numbers:
        current = current + 1 if n >= limit else 0
        best = max(best, current)
    return best


cases = [([], 1), ([1], 1), ([2], 3), ([1, 1, 0, 1], 1), ([7, 2, 6, 8, 9], 5), ([3, 3, 3], 3), ([0, -1, 0], 0),
         ([5, 6, 3, 5, 5], 4)]


def count_direction_changes(numbers: list[int]) -> int:
    """Count the inner numbers that are greater than both their neighbours or smaller than both."""
    triples = zip(numbers, numbers[1:], numbers[2:])
    return sum((b - a) * (c - b) < 0 for a, b, c in triples)


cases = [([],), ([1],), ([1, 2],), ([1, 2, 1],), ([2, 1, 2],), ([1, 2, 3],), ([1, 3, 3, 1],), ([5, 1, 5, 1, 5],),
         ([3, 2, 1, 4],)]


def inner_peaks(numbers: list[int], height: int) -> list[int]:
    """Return the inner numbers that exceed both their neighbours by at least `height`."""
    return [b for a, b, c in zip(numbers, numbers[1:], numbers[2:]) if b - max(a, c) >= height]


cases = [([], 1), ([1, 2], 1), ([1, 2, 1], 1), ([1, 2, 1], 2), ([0, 5, 4], 1), ([0, 5, 4], 2), ([4, 5, 0], 2),
         ([1, 4, 1, 6, 2], 3), ([2, 9, 2, 9, 2], 7)]


def window_sums(numbers: list[int], size: int) -> list[int]:
    """Return the sum of each `size` numbers in a row; `size` is positive, and a list too short has none."""
    return [sum(numbers[i:i + size]) for i in range(len(numbers) - size + 1)]


cases = [([], 1), ([1], 1), ([1], 2), ([1, 2, 3], 1), ([1, 2, 3], 2), ([1, 2, 3], 3), ([4, 0, -4, 1], 2),
         ([1, 2, 3, 4, 5], 4)]


def richest_window_start(numbers: list[int], size: int) -> int:
    """Return where the `size` numbers in a row with the greatest sum begin, the first of equals; -1 if too short."""
    starts = range(len(numbers) - size + 1)
    return max(starts, key=lambda i: sum(numbers[i:i + size]), default=-1)


cases = [([], 1), ([1], 2), ([3, 4], 1), ([1, 2, 3], 2), ([5, 1, 1, 5], 2), ([0, 9, 0, 9], 2), ([1, 1, 7], 1),
         ([-1, -5, -1, -1], 2), ([2, 2], 2)]


def block_maxima(numbers: list[int], size: int) -> list[int]:
    """Cut the list into blocks of `size`, the last maybe shorter, and return the greatest number of each block."""
    return [max(numbers[i:i + size]) for i in range(0, len(numbers), size)]


cases = [([], 2), ([1], 2), ([1, 2], 2), ([1, 2, 3], 2), ([4, 3, 2, 1], 2), ([9, 8, 7, 10], 3), ([5, 6, 7], 1),
         ([-1, -2, -3], 3)]


def smooth_three(numbers: list[int]) -> list[int]:
    """Replace each inner number by the middle one, by size, of itself and its two neighbours; the ends stay."""
    inner = [sorted(numbers[i - 1:i + 2])[1] for i in range(1, len(numbers) - 1)]
    return numbers[:1] + inner + numbers[1:][-1:]


cases = [([],), ([5],), ([5, 1],), ([5, 1, 3],), ([1, 9, 2, 8],), ([3, 3, 0, 3],), ([1, 2, 3, 4],), ([7, 0, 0, 7, 7],)]


def rotate_right_by(numbers: list[int], places: int) -> list[int]:
    """Move every number `places` to the right, those that leave at the end coming back at the front."""
    if not numbers:
        return []
    cut = -places % len(numbers)
    return numbers[cut:] + numbers[:cut]


cases = [([], 3), ([1], 4), ([1, 2, 3], 0), ([1, 2, 3], 1), ([1, 2, 3], 2), ([1, 2, 3], 3), ([1, 2, 3, 4], 5),
         ([1, 2, 3], -1)]


def swap_halves(numbers: list[int]) -> list[int]:
    """Put the second half in front of the first; in a list of odd length the middle number stays in the middle."""
    half = len(numbers) // 2
    middle = numbers[half:len(numbers) - half]
    return numbers[len(numbers) - half:] + middle + numbers[:half]


cases = [([],), ([1],), ([1, 2],), ([1, 2, 3],), ([1, 2, 3, 4],), ([5, 4, 3, 2, 1],), ([0, 0, 1, 1],)]


def reverse_stretch(numbers: list[int], first: int, last: int) -> list[int]:
    """Turn around the stretch from index `first` to index `last`, both included; the rest stays."""
    return numbers[:first] + numbers[first:last + 1][::-1] + numbers[last + 1:]


cases = [([1], 0, 0), ([1, 2], 0, 1), ([1, 2, 3], 0, 1), ([1, 2, 3], 1, 2), ([1, 2, 3, 4], 1, 2), ([1, 2, 3, 4], 0, 3),
         ([5, 6, 7, 8, 9], 1, 3)]


def insert_between(numbers: list[int], filler: int) -> list[int]:
    """Put `filler` between each two neighbours, not before the first nor behind the last."""
    result = []
    for n in numbers:
        result += [filler, n]
    return result[1:]


cases = [([], 0), ([1], 0), ([1, 2], 0), ([1, 2, 3], 9), ([0, 0], 0), ([4, 5], 4), ([7, 8, 9, 10], -1)]


def evens_then_odds(numbers: list[int]) -> list[int]:
    """Return first the even numbers, then the odd ones, each group in its own order."""
    return sorted(numbers, key=lambda n: n % 2)


cases = [([],), ([1],), ([1, 2],), ([2, 1],), ([3, 1, 2],), ([5, 4, 3, 2],), ([-1, -2, 0],), ([7, 8, 7, 8],)]


def split_at_value(numbers: list[int], divider: int) -> list[list[int]]:
    """Cut the list at every `divider`, which itself is left out; n dividers give n + 1 parts, some maybe empty."""
    parts = [[]]
    for n in numbers:
        if n == divider:
            parts.append([])
        else:
            parts[-1].append(n)
    return parts


cases = [([], 0), ([0], 0), ([1], 0), ([1, 0, 2], 0), ([0, 1, 0], 0), ([1, 2, 3], 2), ([5, 5], 5), ([1, 9, 9, 2, 3], 9)]


def runs_with_lengths(numbers: list[int]) -> list[tuple[int, int]]:
    """Return a pair (number, length) for each stretch of equal neighbours, in order."""
    runs = []
    for n in numbers:
        if runs and runs[-1][0] == n:
            runs[-1] = (n, runs[-1][1] + 1)
        else:
            runs.append((n, 1))
    return runs


cases = [([],), ([1],), ([1, 1],), ([1, 2],), ([1, 1, 2, 1],), ([0, 0, 0, 5, 5],), ([3, 4, 4, 4, 3, 3],)]


def skip_repeats_in_row(numbers: list[int], allowed: int) -> list[int]:
    """Of each stretch of equal neighbours keep at most `allowed` numbers."""
    kept = []
    for n in numbers:
        if kept[-allowed:] != [n] * allowed:
            kept.append(n)
    return kept


cases = [([], 1), ([1, 1], 1), ([1, 1], 2), ([1, 1, 1, 2, 2], 2), ([1, 2, 1, 2], 1), ([3, 3, 3, 3], 3),
         ([5, 5, 6, 5, 5], 1), ([0, 0, 0, 1], 2)]


def first_repeat(numbers: list[int]) -> int:
    """Return the first number that has stood in the list before, or -1 if no number repeats; all are at least 0."""
    for i, n in enumerate(numbers):
        if n in numbers[:i]:
            return n
    return -1


cases = [([],), ([1],), ([1, 1],), ([1, 2, 1],), ([1, 2, 2, 1],), ([4, 5, 6],), ([0, 3, 3, 0],), ([9, 8, 7, 9, 8],)]


def only_once(numbers: list[int]) -> list[int]:
    """Return, in rising order, the numbers that occur a single time."""
    return sorted(n for n in numbers if numbers.count(n) == 1)


cases = [([],), ([1],), ([1, 1],), ([3, 1, 2],), ([2, 1, 2],), ([5, 4, 4, 0],), ([7, 7, 7, -1],), ([9, 8, 9, 8],),
         ([1, 6, 6, 6, 0],)]


def smallest_missing_from(numbers: list[int], start: int) -> int:
    """Return the least whole number that is at least `start` and not in the list."""
    while start in numbers:
        start += 1
    return start


cases = [([], 0), ([], 7), ([0], 0), ([1], 0), ([0, 1, 2], 0), ([3, 1, 2], 1), ([2, 4, 3], 3), ([-1, 0], -1),
         ([5, 5, 6], 5)]


def most_common_then_least(numbers: list[int]) -> int:
    """Return the number that occurs most often, among equals the least; -1 for an empty list."""
    return min(numbers, key=lambda n: (-numbers.count(n), n), default=-1)


cases = [([],), ([4],), ([1, 2],), ([2, 1],), ([1, 2, 2],), ([3, 3, 1, 1],), ([5, 5, 5, 0, 0],), ([-2, 7, 7, -2],)]


def rank_from_top(numbers: list[int]) -> list[int]:
    """Return each number's rank, which is 1 more than the count of the numbers that are greater."""
    return [1 + sum(other > n for other in numbers) for n in numbers]


cases = [([],), ([5],), ([1, 2],), ([2, 1],), ([3, 3],), ([10, 30, 20],), ([4, 4, 1],), ([7, 9, 9, 2],)]


def greatest_jump_up(numbers: list[int]) -> int:
    """Return the most by which a number exceeds the one right before it; 0 if none does."""
    return max([0] + [b - a for a, b in zip(numbers, numbers[1:])])


cases = [([],), ([1],), ([1, 2],), ([2, 1],), ([1, 5, 2, 9],), ([4, 4],), ([9, 7, 8],), ([-5, 5, 6],)]


def best_trade(prices: list[int]) -> int:
    """Buy once and sell once on a later day; return the greatest gain, or 0 if there is none."""
    gains = [late - early for i, early in enumerate(prices) for late in prices[i + 1:]]
    return max(gains + [0])


cases = [([],), ([5],), ([1, 2],), ([2, 1],), ([3, 1, 4, 2],), ([7, 1, 5, 3, 6],), ([9, 8, 7],), ([2, 9, 1, 6],),
         ([4, 4],)]


def pairs_with_total(numbers: list[int], total: int) -> int:
    """Count the pairs of different places whose numbers add up to `total`; each pair of places counts once."""
    return sum(a + b == total for i, a in enumerate(numbers) for b in numbers[i + 1:])


cases = [([], 0), ([2], 4), ([2, 2], 4), ([1, 2, 3], 4), ([1, 3, 2, 2], 4), ([2, 2, 2], 4), ([0, 5, -5], 0),
         ([6, 1, 5], 7)]


def count_not_greater_behind(numbers: list[int]) -> list[int]:
    """Return for each number how many of the numbers behind it are not greater."""
    return [sum(later <= n for later in numbers[i + 1:]) for i, n in enumerate(numbers)]


cases = [([],), ([1],), ([1, 2],), ([2, 1],), ([3, 1, 2],), ([2, 2],), ([5, 4, 3, 2],), ([1, 9, 1, 0],)]


def visible_from_left(heights: list[int]) -> list[int]:
    """Return the heights that exceed every height on their left; the first is always seen."""
    seen = []
    for h in heights:
        if not seen or h > seen[-1]:
            seen.append(h)
    return seen


cases = [([],), ([3],), ([3, 2],), ([2, 3],), ([2, 2, 3],), ([1, 3, 2, 4],), ([-3, -5, -1],), ([5, 1, 6, 6, 7],)]


def balance_point(numbers: list[int]) -> int:
    """Return the first index with equal sums on its left and on its right, its own number left out; -1 if none has."""
    for i in range(len(numbers)):
        if sum(numbers[:i]) == sum(numbers[i + 1:]):
            return i
    return -1


cases = [([],), ([5],), ([1, 2],), ([0, 4],), ([1, 7, 1],), ([2, 3, 9, 5],), ([1, 2, 3],), ([4, 1, 2, 3, 2],),
         ([0, 0, 0],)]


def difference_of_halves(numbers: list[int]) -> int:
    """Return the sum of the first half less that of the rest; with an odd length the rest is the longer part."""
    half = len(numbers) // 2
    return sum(numbers[:half]) - sum(numbers[half:])


cases = [([],), ([5],), ([5, 2],), ([1, 2, 3],), ([4, 4, 1, 2],), ([9, 0, 0, 9],), ([1, 1, 1, 1, 1],), ([8, -1, 3],)]


def alternate_signs(numbers: list[int]) -> list[int]:
    """Leave the first number as it is, negate the second, leave the third, and so on."""
    return [-n if i % 2 else n for i, n in enumerate(numbers)]


cases = [([],), ([3],), ([3, 4],), ([3, 4, 5],), ([-1, -1, -1],), ([0, 2, 0, 2],), ([7, -7, 7, -7, 1],)]


def weights_by_place(numbers: list[int]) -> int:
    """Add up the numbers, the first taken once, the second twice, the third three times, and so on."""
    return sum(i * n for i, n in enumerate(numbers, 1))


cases = [([],), ([4],), ([4, 4],), ([1, 2, 3],), ([3, 2, 1],), ([0, 0, 5],), ([-1, 1],), ([10, 0, 1, 1],)]


def subtract_places(left: list[int], right: list[int]) -> list[int]:
    """Take each number of `right` from the one at the same place of `left`.

    What the longer list has beyond the shorter is kept as it is.
    """
    shared = min(len(left), len(right))
    return [a - b for a, b in zip(left, right)] + left[shared:] + right[shared:]


cases = [([], []), ([1], []), ([], [2]), ([3], [4]), ([1, 2], [5, 6]), ([1, 2, 3], [2]), ([7], [2, 8, 9]),
         ([0, 3], [5, 1])]


def farther_from_zero_at_each(left: list[int], right: list[int]) -> list[int]:
    """Compare two lists place by place, as far as the shorter goes; return of each place the number farther from zero.

    At equal distance the number of `left` is taken.
    """
    return [a if abs(a) >= abs(b) else b for a, b in zip(left, right)]


cases = [([], []), ([1], []), ([2, -4], [-2, 4]), ([1], [2]), ([2], [1]), ([1, 5], [4, 2]), ([3, 3, 3], [1, 9]),
         ([-1, 0], [-2, 0])]


def places_that_differ(left: list[int], right: list[int]) -> list[int]:
    """Return the indexes at which two lists hold different numbers; a place that one list lacks differs."""
    longest = max(len(left), len(right))
    return [i for i in range(longest) if left[i:i + 1] != right[i:i + 1]]


cases = [([], []), ([1], []), ([], [1, 2]), ([1], [1]), ([1, 2], [1, 3]), ([1, 2, 3], [3, 2, 1]), ([4, 5], [4, 5, 6]),
         ([0, 7, 7], [7, 7])]


def common_front(left: list[int], right: list[int]) -> list[int]:
    """Return the longest front part that two lists share."""
    length = 0
    while left[length:length + 1] == right[length:length + 1] != []:
        length += 1
    return left[:length]


cases = [([], []), ([1], []), ([1], [1]), ([1], [2]), ([1, 2, 3], [1, 2, 4]), ([1, 2], [1, 2, 3]), ([5, 1], [6, 1]),
         ([3, 3, 3], [3, 3])]


def is_zigzag(numbers: list[int]) -> bool:
    """Tell whether the list goes up, then down, then up and so on; it starts with a rise, and equal neighbours fail."""
    steps = list(zip(numbers, numbers[1:]))
    return all(a < b for a, b in steps[::2]) and all(a > b for a, b in steps[1::2])


cases = [([],), ([1],), ([1, 2],), ([2, 1],), ([1, 1],), ([1, 3, 2],), ([1, 2, 3],), ([1, 3, 3],), ([0, 5, 1, 4, 2],),
         ([0, 5, 1, 1],)]


def no_rise_beyond(numbers: list[int], most: int) -> bool:
    """Tell whether no number exceeds the one before it by more than `most`; falls may be of any size."""
    return all(b - a <= most for a, b in zip(numbers, numbers[1:]))


cases = [([], 1), ([5], 0), ([1, 2], 1), ([2, 1], 1), ([1, 3], 1), ([3, 1], 1), ([4, 4, 4], 0), ([1, 2, 4], 2),
         ([0, 3, 7], 3)]


def sorted_but_for_one_drop(numbers: list[int]) -> bool:
    """Tell whether exactly one number is smaller than the one right before it."""
    return sum(b < a for a, b in zip(numbers, numbers[1:])) == 1


cases = [([],), ([1],), ([1, 2],), ([2, 1],), ([2, 2],), ([1, 3, 2, 4],), ([3, 2, 1],), ([5, 1, 1],), ([2, 1, 2, 1],)]


def stays_positive(changes: list[int], start: int) -> bool:
    """Tell whether `start` and every total after each change are above zero."""
    totals = [start + sum(changes[:i]) for i in range(len(changes) + 1)]
    return min(totals) > 0


cases = [([], 0), ([], 1), ([-1], 1), ([-1], 2), ([2, -3], 2), ([2, -3], 1), ([-5, 9], 4), ([-5, 9], 6), ([1], 0),
         ([0, 0], 3)]


def count_fewer_than_after(numbers: list[int], step: int) -> int:
    """Count the numbers that are smaller than the one `step` places (at least 1) behind them."""
    return sum(a < b for a, b in zip(numbers, numbers[step:]))


cases = [([], 1), ([1, 2], 1), ([2, 1], 1), ([1, 1], 1), ([1, 5, 2, 4], 1), ([1, 5, 2, 4], 2), ([3, 2, 1, 4], 3),
         ([1, 2, 3], 5)]


def pour_over(cups: list[int], size: int) -> list[int]:
    """Fill each cup to at most `size`; what is too much runs on into the next cup and is lost behind the last."""
    filled, extra = [], 0
    for amount in cups:
        amount += extra
        extra = max(0, amount - size)
        filled.append(amount - extra)
    return filled


cases = [([], 3), ([2], 3), ([5], 3), ([5, 0], 3), ([5, 2, 0], 3), ([9, 0, 0], 2), ([1, 4, 1, 4], 3), ([3, 3], 3)]


def fill_whole_span(numbers: list[int]) -> list[int]:
    """The numbers rise without repeats; return them together with all whole numbers that lie between them, in order."""
    return list(range(numbers[0], numbers[-1] + 1)) if numbers else []


cases = [([],), ([4],), ([1, 2],), ([1, 3],), ([-1, 2],), ([5, 6, 9],), ([0, 4, 5],)]


def missing_between(numbers: list[int]) -> list[int]:
    """Return in rising order the whole numbers that lie between the least and the greatest but are not in the list."""
    if not numbers:
        return []
    return [n for n in range(min(numbers), max(numbers)) if n not in numbers]


cases = [([],), ([4],), ([1, 2],), ([3, 1],), ([5, 1, 3],), ([2, 2, 6],), ([-1, 2],), ([9, 7, 8],)]


def trimmed_total(numbers: list[int], cut: int) -> int:
    """Leave out the `cut` least and the `cut` greatest numbers and add up the others; 0 if none is left."""
    return sum(sorted(numbers)[cut:len(numbers) - cut])


cases = [([], 1), ([5], 0), ([5], 1), ([1, 9, 4], 1), ([3, 3, 3], 1), ([10, 1, 7, 2, 5], 1), ([10, 1, 7, 2, 5], 2),
         ([8, 6], 0)]


def second_greatest_or(numbers: list[int], other: int) -> int:
    """Return the greatest number below the overall greatest, or `other` if all are equal or there are none."""
    return max((n for n in numbers if n < max(numbers)), default=other)


cases = [([], 0), ([5], 1), ([5, 5], -1), ([1, 2], 0), ([2, 1], 0), ([9, 9, 3, 4], 7), ([-1, -2, -3], 4),
         ([0, 8, 8, 1], 2)]
