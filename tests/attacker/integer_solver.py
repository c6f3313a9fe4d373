"""Finds with HiGHS what a linear system of whole numbers discloses about each of its unknowns.

A system is solved as moves away from one point that satisfies it: x = point + up - down, with the
least sum of moves. The point itself needs no move. So after each change of a bound the dual simplex
method starts from an optimal basis. Its solution touches few unknowns: such an alternative says
much about one unknown and leaves the others unchanged.
"""
import contextlib
import ctypes
import os

import highspy
import numpy as np

FAR = highspy.kHighsInf
WHOLE = highspy.HighsVarType.kInteger
OPTIMAL = highspy.HighsModelStatus.kOptimal
EPSILON = 1e-6


@contextlib.contextmanager
def without_banner():
    """Discards the banner that the first solver of a process writes to standard output. No option
    turns it off.
    """
    ctypes.CDLL(None).fflush(None)
    kept = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    yield
    ctypes.CDLL(None).fflush(None)
    os.dup2(kept, 1)
    os.close(kept)


with without_banner():
    highspy.Highs()


class Infeasible(Exception):
    """No whole numbers satisfy the system."""


class Rows:
    """Rows low <= sum(coefficient * unknown) <= high."""

    def __init__(self):
        self.starts, self.index, self.value, self.low, self.high = [0], [], [], [], []

    def add(self, terms, low, high):
        self.index += terms
        self.value += terms.values()
        self.starts.append(len(self.index))
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def activity(self, x):
        products = np.append(np.asarray(self.value, float) * x[np.asarray(self.index, int)], 0.0)
        return np.add.reduceat(products, self.starts[:-1]) if self.low else np.zeros(0)

    def holds(self, x):
        sums = self.activity(x)
        return bool(np.all(x >= 0) and np.all(sums >= np.asarray(self.low) - EPSILON) and np.all(sums <= np.asarray(self.high) + EPSILON))


def model(columns, cost, upper, rows, low, high, index, value, starts):
    """A silent HiGHS model that is minimized by the simplex method."""
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = columns, rows
    problem.col_cost_, problem.col_lower_, problem.col_upper_ = cost, np.zeros(columns), upper
    problem.row_lower_, problem.row_upper_ = low, high
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_, problem.a_matrix_.index_, problem.a_matrix_.value_ = starts, index, value
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", 120.0)
    solver.passModel(problem)
    return solver


def arrays(rows):
    return (len(rows.low), np.asarray(rows.low, float), np.asarray(rows.high, float), np.asarray(rows.index, np.int32),
            np.asarray(rows.value, float), np.asarray(rows.starts, np.int32))


def is_whole(x):
    return bool(np.all(np.abs(x - np.round(x)) < EPSILON))


def some_point(size, rows):
    """Whole numbers that satisfy the rows. Raises `Infeasible` if there are none."""
    count, low, high, index, value, starts = arrays(rows)
    solver = model(size, np.zeros(size), np.full(size, FAR), count, low, high, index, value, starts)
    solver.setOptionValue("presolve", "choose")
    solver.run()
    if solver.getModelStatus() != OPTIMAL:
        raise Infeasible
    point = np.array(solver.getSolution().col_value)
    if not is_whole(point):
        solver.changeColsIntegrality(size, np.arange(size, dtype=np.int32), np.full(size, WHOLE))
        solver.run()
        if solver.getModelStatus() != OPTIMAL:
            raise Infeasible
        point = np.array(solver.getSolution().col_value)
    return np.round(point)


class Moves:
    """Answers questions about one system. Its unknowns are non-negative whole numbers."""

    def __init__(self, size, rows, point=None):
        if point is None or not rows.holds(point):
            point = some_point(size, rows)
        self.size, self.point = size, np.asarray(point, float)
        self.moved = {}
        self.asked = 0
        count, low, high, index, value, starts = arrays(rows)
        self.rows, self.sums = rows, rows.activity(self.point)
        both = np.empty(2 * len(index), np.int32), np.empty(2 * len(index))
        both[0][0::2], both[0][1::2], both[1][0::2], both[1][1::2] = index, index + size, value, -value
        self.free = np.concatenate([np.full(size, FAR), self.point])
        self.upper = self.free.copy()
        self.solver = model(2 * size, np.ones(2 * size), self.upper, count, low - self.sums, high - self.sums, both[0], both[1], 2 * starts)
        self.found = []   # for each move found, the unknowns that it touches and by how much
        self.closer = {}  # row: (low, high), for rows that the observer knows more closely
        self.least, self.most = self.point.copy(), self.point.copy()

    def known(self, held=(), least=(), closer=()):
        """Sets the knowledge of an observer for all questions until the next call. The observer may
        know unknowns with the value of the point (`held`), least values of others ({unknown:
        value}), and closer bounds of rows ({row: (low, high)}). The point must satisfy all of it.

        A move found for an outsider also holds for an observer whose knowledge it does not
        contradict. So the spans of an observer begin with those moves.
        """
        held, least, closer = np.array(sorted(held), int), dict(least), dict(closer)
        upper = self.free.copy()
        upper[held], upper[self.size + held] = 0.0, 0.0
        for unknown, value in least.items():
            upper[self.size + unknown] = min(upper[self.size + unknown], self.point[unknown] - value)
        changed = np.flatnonzero(upper != self.upper).astype(np.int32)
        if len(changed):
            self.solver.changeColsBounds(len(changed), changed, np.zeros(len(changed)), upper[changed])
        for row in self.closer.keys() | closer.keys():
            low, high = closer.get(row, (self.rows.low[row], self.rows.high[row]))
            self.solver.changeRowBounds(row, low - self.sums[row], high - self.sums[row])
        self.upper, self.closer = upper, closer
        self._spans()

    def _spans(self):
        """Sets `least` and `most` from the found moves that agree with what is known."""
        self.least, self.most = self.point.copy(), self.point.copy()
        if not self.found:
            return
        move = np.repeat(np.arange(len(self.found)), [len(touched) for touched, _ in self.found])
        unknown = np.concatenate([touched for touched, _ in self.found])
        by = np.concatenate([by for _, by in self.found])
        beyond = (by > self.upper[unknown] + EPSILON) | (-by > self.upper[self.size + unknown] + EPSILON)
        fits = np.ones(len(self.found), bool)
        fits[move[beyond]] = False
        for row, (low, high) in self.closer.items():
            coefficient = np.zeros(self.size)
            cut = slice(self.rows.starts[row], self.rows.starts[row + 1])
            coefficient[self.rows.index[cut]] = self.rows.value[cut]
            sums = self.sums[row] + np.bincount(move, by * coefficient[unknown], len(self.found))
            fits &= (sums >= low - EPSILON) & (sums <= high + EPSILON)
        kept = fits[move]
        np.minimum.at(self.least, unknown[kept], self.point[unknown[kept]] + by[kept])
        np.maximum.at(self.most, unknown[kept], self.point[unknown[kept]] + by[kept])

    def _run(self):
        """The move that the solver finds, or None if there is none. If that move is not whole, it
        is the best one that is.
        """
        self.asked += 1
        self.solver.run()
        if self.solver.getModelStatus() != OPTIMAL:
            return None
        found = np.array(self.solver.getSolution().col_value)
        if not is_whole(found):
            every = np.arange(2 * self.size, dtype=np.int32)
            self.solver.changeColsIntegrality(2 * self.size, every, np.full(2 * self.size, WHOLE))
            self.solver.run()
            solved = self.solver.getModelStatus() == OPTIMAL
            found = np.array(self.solver.getSolution().col_value) if solved else None
            self.solver.changeColsIntegrality(2 * self.size, every, np.full(2 * self.size, highspy.HighsVarType.kContinuous))
            if found is None:
                return None
        move = np.round(found[:self.size] - found[self.size:])
        touched = np.flatnonzero(move)
        self.found.append((touched, move[touched]))
        self.least, self.most = np.minimum(self.least, self.point + move), np.maximum(self.most, self.point + move)
        return move

    def _with_bounds(self, bounds, question):
        for column, low, high in bounds:
            self.solver.changeColBounds(column, low, high)
        answer = question()
        for column, _, _ in bounds:
            self.solver.changeColBounds(column, 0.0, self.upper[column])
        return answer

    def shifted(self, unknown, by, still=()):
        """A move of one unknown by at least `by` (negative: down) that leaves the unknowns in
        `still` unchanged. None if there is none.
        """
        column = unknown if by > 0 else self.size + unknown
        if abs(by) > self.upper[column]:
            return None
        other = self.size + unknown if by > 0 else unknown
        bounds = [(column, float(abs(by)), float(self.upper[column])), (other, 0.0, 0.0)]
        for held in still:
            bounds += [(held, 0.0, 0.0), (self.size + held, 0.0, 0.0)]
        return self._with_bounds(bounds, self._run)

    def extreme(self, unknown, sign):
        """The most (sign 1) or the least (-1) that an unknown may be. Infinite if unbounded."""
        every = np.arange(2 * self.size, dtype=np.int32)
        cost = np.zeros(2 * self.size)
        cost[unknown], cost[self.size + unknown] = -sign, sign
        self.solver.changeColsCost(2 * self.size, every, cost)
        move = self._run()
        bounded = self.solver.getModelStatus() == OPTIMAL
        self.solver.changeColsCost(2 * self.size, every, np.ones(2 * self.size))
        if move is None:
            if bounded or sign < 0:
                raise RuntimeError("HiGHS did not solve a system that has a solution")
            return np.inf
        return float(self.point[unknown] + move[unknown])

    def interval(self, unknown, width):
        """The least and the greatest value of an unknown. None as soon as they are known to be
        `width` or more apart.
        """
        wide = lambda: self.most[unknown] - self.least[unknown] >= width
        if wide() or self.shifted(unknown, width) is not None or wide():
            return None
        bounds = self.extreme(unknown, -1), self.extreme(unknown, 1)
        return None if bounds[1] - bounds[0] >= width else bounds

    def prepare(self, unknowns):
        """Finds a small move of each unknown up and one down, which `betrayed` uses."""
        self.moved = {}
        for unknown in unknowns:
            ways = {by: self.shifted(unknown, by) for by in (1, -1)}
            self.moved[unknown] = {by: frozenset(np.flatnonzero(move)) for by, move in ways.items() if move is not None}

    def betrayed(self, known, others):
        """Those of `others` that must have the point's value if all of `known` have it."""
        held = frozenset(known)
        return [other for other in others if not self._escapes(held, other)]

    def _escapes(self, held, other):
        ways = self.moved[other]
        if any(held.isdisjoint(touched) for touched in ways.values()):
            return True
        return any(self.shifted(other, by, still=held) is not None for by in ways)
