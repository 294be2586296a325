"""Problems that need a small algorithm: searching, sorting, greedy choices, intervals, grids, tables and simulation."""


def insert_place(ordered: list[int], number: int) -> int:
    """Return the index at which `number` goes into a rising list, in front of numbers equal to it."""
    return sum(n < number for n in ordered)


cases = [([], 5), ([5], 5), ([5], 6), ([5], 4), ([1, 3, 5], 4), ([1, 3, 3, 5], 3), ([1, 2, 3], 9), ([0, 0, 0], 1)]


def count_in_ordered(ordered: list[int], low: int, high: int) -> int:
    """Count the numbers of a rising list that are at least `low` and below `high`."""
    from bisect import bisect_left
    return bisect_left(ordered, high) - bisect_left(ordered, low)


cases = [([], 0, 5), ([1, 2, 3], 1, 3), ([1, 2, 3], 2, 9), ([1, 1, 1], 1, 2), ([1, 5, 9], 2, 5), ([1, 5, 9], 5, 6),
         ([3, 4], 3, 3), ([0, 2, 4, 6, 8], 1, 7)]


def nearest_in_ordered(ordered: list[int], number: int) -> int:
    """Return the entry of a rising, non-empty list that is nearest to `number`; of two equally near the greater."""
    return min(ordered, key=lambda n: (abs(n - number), -n))


cases = [([4], 9), ([1, 5], 3), ([1, 5], 2), ([1, 5], 4), ([1, 4, 9], 7), ([1, 4, 9], 6), ([0, 10, 20], 15),
         ([-3, 3], 0), ([2, 8], -1)]


def guesses_by_halving(low: int, high: int, secret: int) -> int:
    """Count the guesses until `secret` is hit in low..high when each guess is the middle of what is left, rounded down.

    After a miss the half that holds the secret is left. The guess that hits counts too.
    """
    guesses = 1
    while (low + high) // 2 != secret:
        middle = (low + high) // 2
        if middle < secret:
            low = middle + 1
        else:
            high = middle - 1
        guesses += 1
    return guesses


cases = [(1, 1, 1), (1, 3, 2), (1, 3, 1), (1, 3, 3), (1, 10, 5), (1, 10, 6), (1, 10, 10), (0, 7, 0), (1, 100, 37),
         (4, 5, 5)]


def smallest_that_fits(sizes: list[int], needed: int) -> int:
    """Return the least size that is at least `needed`, or -1 if every size is too small."""
    return min((size for size in sizes if size >= needed), default=-1)


cases = [([], 3), ([3], 3), ([2], 3), ([9, 4, 5], 4), ([9, 4, 5], 6), ([1, 2], 0), ([7, 7, 8], 8), ([10, 20, 30], 31)]


def sort_by_digit_sum(numbers: list[int]) -> list[int]:
    """Sort non-negative numbers by the sum of their digits; those with equal sums from great to small."""
    return sorted(numbers, key=lambda n: (sum(map(int, str(n))), -n))


cases = [([],), ([5],), ([10, 1],), ([1, 10],), ([9, 10, 2],), ([21, 12, 3],), ([100, 99, 7, 16],), ([5, 50, 41, 0],)]


def sort_by_distance(numbers: list[int], center: int) -> list[int]:
    """Sort the numbers by how far they are from `center`, nearest first; of two equally far the smaller comes first."""
    return sorted(numbers, key=lambda n: (abs(n - center), n))


cases = [([], 0), ([5, 1], 0), ([1, 5], 4), ([3, 7], 5), ([7, 3], 5), ([1, 2, 3, 4], 3), ([-5, 5, 0], 0),
         ([9, 2, 6], 7)]


def sort_only_evens(numbers: list[int]) -> list[int]:
    """Sort the even numbers, small to great, among the places that they hold; the odd numbers stay where they are."""
    evens = sorted((n for n in numbers if n % 2 == 0), reverse=True)
    return [evens.pop() if n % 2 == 0 else n for n in numbers]


cases = [([],), ([4, 2],), ([4, 1, 2],), ([3, 1],), ([8, 7, 6, 5, 4],), ([1, 2, 3, 4],), ([6, 0, 1, 2, 9],),
         ([-2, 3, -4],)]


def sort_in_pairs(numbers: list[int]) -> list[int]:
    """Sort the first two numbers among themselves, then the next two, and so on; a last single number stays."""
    result = []
    for i in range(0, len(numbers), 2):
        result += sorted(numbers[i:i + 2])
    return result


cases = [([],), ([3],), ([2, 1],), ([1, 2],), ([4, 3, 2, 1],), ([3, 2, 1],), ([5, 9, 8, 1, 0],), ([1, 0, 0, 1],)]


def bubble_pass(numbers: list[int]) -> list[int]:
    """Go once through the list from the left and swap each two neighbours that stand in the wrong order."""
    result = list(numbers)
    for i in range(len(result) - 1):
        if result[i] > result[i + 1]:
            result[i], result[i + 1] = result[i + 1], result[i]
    return result


cases = [([],), ([1],), ([2, 1],), ([1, 2],), ([3, 2, 1],), ([2, 3, 1],), ([5, 1, 4, 2, 3],), ([1, 1, 0],)]


def swaps_to_order(numbers: list[int]) -> int:
    """Count the swaps of neighbours that sorting needs: the pairs of places where a greater number is on the left."""
    return sum(numbers[j] > numbers[i] for i in range(len(numbers)) for j in range(i))


cases = [([],), ([1],), ([2, 1],), ([1, 2],), ([3, 2, 1],), ([2, 3, 1],), ([1, 1],), ([4, 1, 3, 2],), ([5, 5, 4],)]


def merge_without_repeats(left: list[int], right: list[int]) -> list[int]:
    """Merge two rising lists into one rising list that holds every number a single time."""
    return sorted(set(left) | set(right))


cases = [([], []), ([1], []), ([], [2, 2]), ([1, 3], [2, 4]), ([1, 2], [2, 3]), ([40, 50], [8, 50]), ([-1, 9], [-1, 9]),
         ([16, 33], [9, 64])]


def interleave_by_size(left: list[int], right: list[int]) -> str:
    """Merge two rising lists by taking the smaller head each time; say where each number came from, 'L' or 'R'.

    Of equal heads the left one is taken first.
    """
    taken, i, j = '', 0, 0
    while i < len(left) or j < len(right):
        if j == len(right) or (i < len(left) and left[i] <= right[j]):
            taken += 'L'
            i += 1
        else:
            taken += 'R'
            j += 1
    return taken


cases = [([], []), ([1], []), ([], [1, 2]), ([1], [1]), ([1, 3], [2]), ([2], [1, 3]), ([1, 2, 9], [2, 2, 5]),
         ([5, 6], [1, 2, 3])]


def join_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Unite all spans (start, end) that overlap or touch at an end; return what results in rising order."""
    joined = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


cases = [([],), ([(1, 3)],), ([(1, 3), (4, 6)],), ([(1, 3), (3, 6)],), ([(5, 8), (1, 6)],), ([(1, 9), (2, 4)],),
         ([(1, 2), (4, 5), (2, 4)],), ([(7, 9), (1, 2), (8, 12), (3, 3)],)]


def covered_length(spans: list[tuple[int, int]]) -> int:
    """Return how many unit steps of the line are covered by at least one span (start, end)."""
    return len({step for start, end in spans for step in range(start, end)})


cases = [([],), ([(2, 2)],), ([(0, 3)],), ([(0, 3), (3, 5)],), ([(0, 3), (1, 5)],), ([(0, 9), (2, 4)],),
         ([(0, 1), (5, 7)],), ([(-2, 1), (0, 2)],)]


def most_at_once(visits: list[tuple[int, int]]) -> int:
    """Each visit lasts from its start up to, but not including, its end; return the most visits at the same time."""
    counts = [sum(start <= moment < end for start, end in visits) for moment, _ in visits]
    return max(counts, default=0)


cases = [([],), ([(1, 2)],), ([(1, 3), (3, 5)],), ([(1, 4), (3, 5)],), ([(1, 9), (2, 3), (4, 5)],),
         ([(1, 9), (2, 6), (4, 5)],), ([(5, 5)],), ([(0, 2), (0, 2), (1, 2), (2, 3)],)]


def free_gaps(busy: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the free spans from `start` to `end`; the busy spans lie within, in rising order and without overlap."""
    gaps = []
    for first, last in busy + [(end, end)]:
        if start < first:
            gaps.append((start, first))
        start = last
    return gaps


cases = [([], 8, 17), ([(8, 17)], 8, 17), ([(9, 10)], 8, 17), ([(8, 10)], 8, 17), ([(16, 17)], 8, 17),
         ([(9, 10), (10, 12)], 8, 17), ([(9, 10), (12, 13)], 9, 14), ([], 5, 5)]


def talks_attended(talks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Choose talks (start, end) greedily: always the one that ends first of those that start once the last is over.

    A talk may start at the moment another ends; of equal ends the earlier start is taken.
    """
    chosen = []
    for start, end in sorted(talks, key=lambda talk: (talk[1], talk[0])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))
    return chosen


cases = [([],), ([(1, 2)],), ([(1, 3), (3, 4)],), ([(1, 3), (2, 4)],), ([(1, 9), (2, 3), (4, 5)],), ([(2, 4), (1, 4)],),
         ([(1, 4), (2, 4), (4, 6)],), ([(5, 9), (1, 2), (3, 4), (0, 6), (8, 9)],)]


def load_trucks(weights: list[int], capacity: int) -> int:
    """Load the parcels in the given order and send a truck off when the next parcel does not fit; count the trucks."""
    trucks, room = 0, 0
    for weight in weights:
        if weight > room:
            trucks += 1
            room = capacity
        room -= weight
    return trucks


cases = [([], 5), ([5], 5), ([2, 3], 5), ([3, 3], 5), ([1, 1, 1, 1, 1, 1], 5), ([4, 2, 3, 1], 5), ([5, 5, 5], 5),
         ([2, 2, 2, 3], 6)]


def ferry_trips(weights: list[int], limit: int) -> int:
    """A boat takes one or two people of at most `limit` together; return the fewest trips for all of them.

    Nobody alone is heavier than `limit`. Pair the heaviest with the lightest wherever both fit.
    """
    waiting, trips = sorted(weights), 0
    while waiting:
        heaviest = waiting.pop()
        if waiting and heaviest + waiting[0] <= limit:
            waiting.pop(0)
        trips += 1
    return trips


cases = [([], 5), ([5], 5), ([2, 3], 5), ([3, 3], 5), ([1, 2, 4, 5], 5), ([1, 1, 1], 9), ([4, 1, 4, 1], 5),
         ([3, 2, 2, 1], 3)]


def tasks_before_deadline(durations: list[int], time: int) -> int:
    """Return how many tasks, done one after the other, fit into `time` when the shortest are done first."""
    done = 0
    for duration in sorted(durations):
        time -= duration
        if time < 0:
            break
        done += 1
    return done


cases = [([], 5), ([5], 5), ([6], 5), ([3, 2], 5), ([9, 1, 1], 2), ([4, 3, 2, 1], 6), ([2, 2, 2], 5), ([1, 2, 3], 100),
         ([7, 1, 8], 0)]


def hand_out_cookies(wishes: list[int], cookies: list[int]) -> int:
    """A child is content with one cookie at least as big as its wish; return the most children that can be content."""
    content = 0
    wishes = sorted(wishes)
    for cookie in sorted(cookies):
        if content < len(wishes) and cookie >= wishes[content]:
            content += 1
    return content


cases = [([], [1]), ([1], []), ([1], [1]), ([2], [1]), ([1, 2], [2, 1]), ([2, 3], [1, 2]), ([3, 1], [1, 2, 3]),
         ([5, 5, 1], [4, 5, 9]), ([1, 1], [9])]


def fewest_jumps(reach: list[int]) -> int:
    """Each place says how far you may jump ahead from it at most; return the fewest jumps from the first place to the last.

    All places say at least 1; a list of one place needs no jump.
    """
    jumps = [0]
    for place in range(1, len(reach)):
        jumps.append(1 + min(jumps[p] for p in range(place) if p + reach[p] >= place))
    return jumps[-1]


cases = [([1],), ([1, 1],), ([2, 1, 1],), ([1, 2, 1, 1],), ([3, 1, 1, 1],), ([2, 3, 1, 1, 4],), ([1, 1, 1, 1],),
         ([2, 1, 3, 1, 1, 1],), ([4, 1, 1, 3, 1, 1, 1],)]


def pick_apart(numbers: list[int]) -> int:
    """Return the greatest sum of numbers of which no two are neighbours in the list; picking none gives 0."""
    without, best = 0, 0
    for n in numbers:
        without, best = best, max(best, without + n)
    return best


cases = [([],), ([5],), ([-5],), ([1, 2],), ([2, 1, 2],), ([1, 5, 1],), ([4, 1, 1, 4],), ([3, 4, 3, 1, 9],),
         ([-1, 6, -2, 7],)]


def ways_to_climb(stairs: int, strides: list[int]) -> int:
    """Count the orders of strides that climb exactly `stairs` stairs; zero stairs are climbed in one way."""
    ways = [1]
    for height in range(1, stairs + 1):
        ways.append(sum(ways[height - stride] for stride in strides if stride <= height))
    return ways[stairs]


cases = [(0, [1, 2]), (1, [1, 2]), (2, [1, 2]), (4, [1, 2]), (3, [2]), (4, [2]), (5, [1, 3]), (6, [1, 3, 5]), (2, [])]


def fewest_stamps(amount: int, stamps: list[int]) -> int:
    """Return the fewest stamps that make exactly `amount`, each value in any number; -1 if it cannot be made."""
    fewest = [0]
    for total in range(1, amount + 1):
        options = [fewest[total - s] for s in stamps if s <= total and fewest[total - s] >= 0]
        fewest.append(min(options) + 1 if options else -1)
    return fewest[amount]


cases = [(0, [3]), (3, [3]), (4, [3]), (6, [1, 3, 4]), (7, [3, 5]), (8, [3, 5]), (5, []), (11, [1, 5, 6]), (2, [5]),
         (9, [9, 1])]


def reachable_sums(numbers: list[int]) -> list[int]:
    """Return in rising order all the different sums of some of the numbers; taking none gives 0."""
    sums = {0}
    for n in numbers:
        sums |= {n + s for s in sums}
    return sorted(sums)


cases = [([],), ([3],), ([1, 2],), ([2, 2],), ([1, 2, 4],), ([5, -5],), ([0, 7],), ([10, 20, 10],)]


def can_fill_exactly(sizes: list[int], volume: int) -> bool:
    """Tell whether some of the sizes, each used once at most, add up to exactly `volume`; no size makes 0."""
    if volume == 0:
        return True
    return bool(sizes) and (can_fill_exactly(sizes[1:], volume - sizes[0]) or can_fill_exactly(sizes[1:], volume))


cases = [([], 0), ([], 1), ([3], 3), ([3], 6), ([1, 2, 4], 5), ([1, 2, 4], 8), ([2, 4, 6], 7), ([5, 5], 10),
         ([9, 1, 3], 4), ([7, 2], 0)]


def longest_rising_pick(numbers: list[int]) -> int:
    """Return the most numbers that can be picked, in their order, so that each exceeds the one picked before."""
    lengths = []
    for i, n in enumerate(numbers):
        lengths.append(1 + max((lengths[j] for j in range(i) if numbers[j] < n), default=0))
    return max(lengths, default=0)


cases = [([],), ([4],), ([2, 1],), ([1, 2],), ([2, 2],), ([3, 1, 2],), ([5, 1, 6, 2, 7],), ([9, 8, 1, 2, 3, 0],),
         ([1, 9, 2, 8, 3, 7],)]


def longest_shared_letters(left: str, right: str) -> int:
    """Return the length of the longest text that can be left over from both texts by striking out letters."""
    row = [0] * (len(right) + 1)
    for a in left:
        previous = row
        row = [0]
        for j, b in enumerate(right):
            row.append(previous[j] + 1 if a == b else max(previous[j + 1], row[j]))
    return row[-1]


cases = [('', ''), ('a', ''), ('a', 'a'), ('ab', 'ba'), ('abc', 'ac'), ('stone', 'notes'), ('aab', 'aba'),
         ('xyz', 'abc'), ('garden', 'danger')]


def fewest_single_edits(left: str, right: str) -> int:
    """Return the fewest insertions and deletions of single letters that turn one text into the other."""
    if not left or not right:
        return len(left) + len(right)
    if left[0] == right[0]:
        return fewest_single_edits(left[1:], right[1:])
    return 1 + min(fewest_single_edits(left[1:], right), fewest_single_edits(left, right[1:]))


cases = [('', ''), ('a', ''), ('', 'ab'), ('a', 'a'), ('a', 'b'), ('ab', 'b'), ('cat', 'cart'), ('tea', 'eat'),
         ('abcd', 'acbd')]


def grid_row_totals(grid: list[list[int]]) -> list[int]:
    """Return the sum of each row of the grid; an empty row sums to 0."""
    return [sum(row) for row in grid]


cases = [([],), ([[]],), ([[1]],), ([[1, 2], [3, 4]],), ([[1], [], [5, 5]],), ([[-1, 1], [0, 7]],), ([[1, 2, 3]],)]


def grid_column(grid: list[list[int]], column: int) -> list[int]:
    """Return a column of the grid from top to bottom; rows too short to reach it are left out."""
    return [row[column] for row in grid if column < len(row)]


cases = [([], 0), ([[1]], 0), ([[1]], 1), ([[1, 2], [3, 4]], 0), ([[1, 2], [3, 4]], 1), ([[1], [2, 3], [], [4, 5]], 1),
         ([[7, 8, 9], [1]], 2)]


def grid_edges_sum(grid: list[list[int]]) -> int:
    """Add up the fields on the border of a grid whose rows are equally long, each field once."""
    inner = [row[1:-1] for row in grid[1:-1]]
    return sum(map(sum, grid)) - sum(map(sum, inner))


cases = [([],), ([[5]],), ([[1, 2]],), ([[1], [2], [3]],), ([[1, 2], [3, 4]],), ([[1, 1, 1], [1, 9, 1], [1, 1, 1]],),
         ([[1, 2, 3, 4], [5, 6, 7, 8], [9, 0, 1, 2]],), ([[0, 0, 0], [0, 4, 5], [0, 6, 7], [0, 0, 8]],)]


def turn_grid_left(grid: list[list[int]]) -> list[list[int]]:
    """Turn a grid of equally long rows by a quarter against the clock."""
    return [list(column) for column in zip(*grid)][::-1]


cases = [([],), ([[1]],), ([[1, 2]],), ([[1], [2]],), ([[1, 2], [3, 4]],), ([[1, 2, 3], [4, 5, 6]],),
         ([[0, 0], [0, 1], [2, 0]],)]


def count_neighbours_set(grid: list[list[int]], row: int, column: int) -> int:
    """Count the ones among the up to eight fields around a field of a grid of zeros and ones."""
    total = 0
    for r in range(max(0, row - 1), min(len(grid), row + 2)):
        total += sum(grid[r][max(0, column - 1):column + 2])
    return total - grid[row][column]


cases = [([[1]], 0, 0), ([[0, 1]], 0, 0), ([[1, 1], [1, 1]], 0, 0), ([[1, 1], [1, 1]], 1, 1),
         ([[1, 0, 1], [0, 0, 1], [1, 0, 1]], 1, 1), ([[0, 1, 1, 0], [1, 1, 0, 1], [0, 1, 1, 1], [1, 1, 0, 0]], 2, 1),
         ([[1, 0, 1], [0, 0, 0], [1, 1, 1]], 2, 1), ([[1, 1, 1, 1]], 0, 3), ([[1], [1], [1], [1]], 2, 0)]


def cheapest_way_down(grid: list[list[int]]) -> int:
    """Go from any field of the top row to the bottom, each time straight down or one to a side; return the least sum.

    The rows are equally long; a grid without rows costs 0.
    """
    if not grid:
        return 0
    costs = grid[0]
    for row in grid[1:]:
        costs = [n + min(costs[max(0, i - 1):i + 2]) for i, n in enumerate(row)]
    return min(costs)


cases = [([],), ([[5]],), ([[3, 1, 2]],), ([[1], [2]],), ([[1, 9], [9, 1]],), ([[1, 9, 9], [9, 9, 1]],),
         ([[4, 1, 4], [2, 8, 3], [1, 9, 9]],), ([[9, 9, 9, 1], [9, 9, 5, 9], [1, 9, 9, 9]],),
         ([[9, 5, 1], [0, 7, 7], [2, 1, 9]],)]


def paths_past_walls(grid: list[str]) -> int:
    """Count the ways from the upper left to the lower right field, going right or down, not through a '#'."""
    ways = [1] + [0] * (len(grid[0]) - 1)
    for row in grid:
        for column, mark in enumerate(row):
            left = ways[column - 1] if column > 0 else 0
            ways[column] = 0 if mark == '#' else ways[column] + left
    return ways[-1]


cases = [(['.'],), (['#'],), (['...'],), (['.#.'],), (['..', '..'],), (['.#', '..'],), (['...', '...', '...'],),
         (['...', '.#.', '...'],), (['..#', '...', '#..'],), (['....', '.#..', '....'],)]


def flood_size(grid: list[str], row: int, column: int) -> int:
    """Count the fields that bear the same mark as the given one and hang together with it through their sides."""
    mark, seen, waiting = grid[row][column], set(), [(row, column)]
    while waiting:
        r, c = waiting.pop()
        if (r, c) in seen or not (0 <= r < len(grid) and 0 <= c < len(grid[r])) or grid[r][c] != mark:
            continue
        seen.add((r, c))
        waiting += [(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]
    return len(seen)


cases = [(['a'], 0, 0), (['ab'], 0, 1), (['aab', 'bab'], 0, 0), (['aab', 'bab'], 1, 0), (['aab', 'bab'], 0, 2),
         (['xxx', 'x.x', 'xxx'], 2, 2), (['xxx', 'x.x', 'xxx'], 1, 1), (['..#', '##.', '...'], 2, 0),
         (['#.#', '.#.'], 1, 1), (['aaa', 'aba', 'bba'], 2, 2)]


def islands_on_line(heights: list[int], sea: int) -> int:
    """Count the unbroken stretches of ground that stick out above `sea`."""
    above = [0] + [int(height > sea) for height in heights]
    return sum(a < b for a, b in zip(above, above[1:]))


cases = [([], 0), ([1], 0), ([1], 1), ([1, 0, 1], 0), ([2, 2, 0], 1), ([0, 3, 1, 3, 0], 1), ([0, 3, 1, 3, 0], 0),
         ([5, 1, 5, 1, 5], 2), ([1, 2, 3], 9)]


def rain_between_walls(walls: list[int]) -> int:
    """Above each wall water stands up to the lower of two heights: the highest wall on its left and that on its right.

    The wall itself belongs to both sides. Return how much water stands above all walls together.
    """
    return sum(min(max(walls[:i + 1]), max(walls[i:])) - wall for i, wall in enumerate(walls))


cases = [([],), ([3],), ([3, 1],), ([2, 0, 2],), ([3, 0, 1],), ([0, 2, 0, 1, 0, 3],), ([4, 1, 2, 1, 3],), ([5, 0, 0],),
         ([1, 2, 1],)]


def robot_position(commands: str) -> tuple[int, int]:
    """Return where a robot stops that starts at (0, 0) and looks towards greater y.

    'F' is a step ahead, 'L' a quarter turn to the left and 'R' one to the right.
    """
    x, y, dx, dy = 0, 0, 0, 1
    for command in commands:
        if command == 'F':
            x, y = x + dx, y + dy
        elif command == 'L':
            dx, dy = -dy, dx
        else:
            dx, dy = dy, -dx
    return x, y


cases = [('',), ('F',), ('LF',), ('RF',), ('LLF',), ('FFRFF',), ('RFRF',), ('LFLFF',), ('RRRF',), ('FLFRF',)]


def bounce_position(length: int, steps: int) -> int:
    """A ball rolls from 0 to `length`, one place a step, and back, over and over; return its place after `steps`."""
    place = steps % (2 * length)
    return min(place, 2 * length - place)


cases = [(1, 0), (1, 1), (1, 2), (3, 2), (3, 3), (3, 4), (3, 6), (3, 7), (5, 19), (4, 13)]


def last_chair(people: int, skip: int) -> int:
    """People 0, 1, 2, ... sit in a ring; return the one who stays when all others have left.

    Counting starts at person 0: `skip` people are passed over, the next one leaves, and it goes on behind that one.
    """
    ring, at = list(range(people)), 0
    while len(ring) > 1:
        at = (at + skip) % len(ring)
        del ring[at]
    return ring[0]


cases = [(1, 3), (2, 0), (2, 1), (3, 1), (5, 1), (5, 2), (6, 0), (7, 3), (10, 4)]


def undo_typing(keys: str) -> str:
    """Return what is typed by the keys: '<' wipes out the last letter, if any is left, and '^' wipes out all of them."""
    text = ''
    for key in keys:
        if key == '^':
            text = ''
        else:
            text = text[:-1] if key == '<' else text + key
    return text


cases = [('',), ('<',), ('abc',), ('abc<',), ('a<b',), ('ab^',), ('ab^c',), ('ab<<<cd<e',), ('^x<y',),
         ('no<^yes^<maybe<',)]


def brackets_depth(text: str) -> int:
    """Return how deep round brackets are nested at most; -1 if they do not match up. Other characters do not matter."""
    depth = deepest = 0
    for char in text:
        depth += (char == '(') - (char == ')')
        if depth < 0:
            return -1
        deepest = max(deepest, depth)
    return deepest if depth == 0 else -1


cases = [('',), ('ab',), ('(a)',), ('(',), (')(',), ('((a)b)',), ('()()',), ('(a))',), ('f(x, g(y, (z)))',), ('(()',)]


def postfix_value(tokens: list[str]) -> int:
    """Work out whole numbers in postfix order and return the last value that is left.

    '+', '-' and '*' replace the two latest values by their result, the older one being on the left.
    """
    stack = []
    for token in tokens:
        if token in ('+', '-', '*'):
            right, left = stack.pop(), stack.pop()
            stack.append({'+': left + right, '-': left - right, '*': left * right}[token])
        else:
            stack.append(int(token))
    return stack[-1]


cases = [(['7'],), (['1', '2', '+'],), (['5', '3', '-'],), (['3', '5', '-'],), (['4', '6', '*'],),
         (['1', '2', '+', '3', '*'],), (['1', '2', '3', '*', '+'],), (['9', '4', '1', '-', '-'],),
         (['-2', '3', '*', '1', '-'],)]


def queue_order(names: list[str], rounds: int) -> list[str]:
    """Each round the first in the queue goes to its end, and the one then in front leaves; return the queue afterwards.

    An empty queue stays empty.
    """
    queue = list(names)
    for _ in range(rounds):
        queue = queue[2:] + queue[:1] if len(queue) > 1 else []
    return queue


cases = [([], 1), (['a'], 0), (['a'], 1), (['a', 'b'], 1), (['a', 'b', 'c'], 1), (['a', 'b', 'c', 'd'], 2),
         (['a', 'b', 'c', 'd', 'e'], 2), (['x', 'y', 'z'], 0), (['x', 'y', 'z'], 5)]


def recent_cache_hits(requests: list[str], size: int) -> int:
    """A cache keeps the `size` (at least 1) things asked for last; count the requests for something that it holds."""
    cache, hits = [], 0
    for wanted in requests:
        hits += wanted in cache
        cache = ([name for name in cache if name != wanted] + [wanted])[-size:]
    return hits


cases = [([], 2), (['a'], 1), (['a', 'a'], 1), (['a', 'b', 'a'], 1), (['a', 'b', 'a'], 2), (['a', 'b', 'c', 'a'], 2),
         (['a', 'b', 'a', 'c', 'a', 'b'], 2), (['a', 'b', 'c', 'b', 'a', 'c'], 3), (['x', 'y', 'x', 'z', 'y', 'x'], 2)]


def spread_on_line(cells: str, steps: int) -> str:
    """In each step every '.' beside an 'o' becomes an 'o', all at the same time; return the line after `steps` steps."""
    for _ in range(steps):
        cells = ''.join('o' if 'o' in cells[max(0, i - 1):i + 2] else '.' for i in range(len(cells)))
    return cells


cases = [('', 1), ('...', 2), ('o..', 0), ('o..', 1), ('.o.', 1), ('..o', 1), ('o....', 2), ('.....o....o', 2),
         ('....o', 3)]


def growth_days(height: int, up: int, down: int) -> int:
    """A snail climbs `up` each day and slips back `down`, which is less, each night.

    Return the day, the first being 1, on which it reaches `height`.
    """
    day, place = 1, up
    while place < height:
        place += up - down
        day += 1
    return day


cases = [(1, 3, 2), (3, 3, 2), (4, 3, 2), (10, 3, 2), (10, 5, 0), (11, 5, 0), (10, 4, 1), (7, 3, 1), (100, 9, 4)]


def first_stable_state(rule: dict[int, int], state: int) -> int:
    """Follow `rule` from state to state; stop at a state without a rule, or at the first that is met a second time.

    Return the state at which you stop.
    """
    seen = set()
    while state in rule and state not in seen:
        seen.add(state)
        state = rule[state]
    return state


cases = [({}, 1), ({1: 2}, 1), ({1: 2}, 2), ({1: 2, 2: 3}, 1), ({1: 1}, 1), ({1: 2, 2: 3, 3: 2}, 1), ({0: 5, 5: 0}, 5),
         ({4: 3, 3: 2, 2: 1, 1: 9}, 3)]


def reachable_rooms(doors: list[tuple[int, int]], start: int) -> list[int]:
    """Doors join two rooms and open both ways; return in rising order all rooms reachable from `start`, itself too."""
    found = [start]
    for room in found:
        for a, b in doors:
            for here, there in ((a, b), (b, a)):
                if here == room and there not in found:
                    found.append(there)
    return sorted(found)


cases = [([], 4), ([(1, 2)], 1), ([(1, 2)], 2), ([(1, 2)], 3), ([(1, 2), (2, 3)], 3), ([(1, 2), (3, 4)], 3),
         ([(5, 1), (9, 5), (1, 9)], 9), ([(1, 2), (4, 3), (2, 4), (7, 8)], 3)]


def order_by_needs(needs: dict[str, list[str]]) -> list[str]:
    """Order the tasks so that each comes after all that it needs; whenever several can be next, the first by name is.

    Every needed task has an entry of its own, and nothing needs itself in a ring.
    """
    order = []
    while len(order) < len(needs):
        ready = [task for task in needs if task not in order and all(n in order for n in needs[task])]
        order.append(min(ready))
    return order


cases = [({},), ({'a': []},), ({'b': [], 'a': []},), ({'a': ['b'], 'b': []},), ({'a': ['c'], 'b': [], 'c': ['b']},),
         ({'d': [], 'c': ['d'], 'b': ['d'], 'a': ['b', 'c']},), ({'x': ['y', 'z'], 'y': [], 'z': ['y'], 'w': []},)]


def knockout_winner(strengths: list[int]) -> int:
    """Neighbours play each other and the stronger goes on, until one is left; return the place where that one began.

    Places count from 0. A last one without an opponent goes on; of two equally strong the one further left does.
    """
    places = list(range(len(strengths)))
    while len(places) > 1:
        pairs = [places[i:i + 2] for i in range(0, len(places), 2)]
        places = [max(pair, key=lambda place: strengths[place]) for pair in pairs]
    return places[0]


cases = [([5],), ([1, 2],), ([2, 1],), ([3, 3],), ([1, 2, 3],), ([4, 1, 4, 2],), ([1, 7, 7, 2, 6],),
         ([2, 3, 9, 1, 9, 5],)]
