package io.pitlane.contract.plan;

import io.pitlane.contract.validation.Problems;
import java.util.List;
import java.util.stream.Collectors;

/** A plan that cannot run as written; the message lists every problem with its path. */
public final class InvalidPlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problems.Problem> problems;

    public InvalidPlanException(List<Problems.Problem> problems) {
        this(problems, null);
    }

    InvalidPlanException(List<Problems.Problem> problems, Throwable cause) {
        super(problems.stream().map(Object::toString).collect(Collectors.joining("\n")), cause);
        this.problems = List.copyOf(problems);
    }

    /** At least one. */
    public List<Problems.Problem> problems() {
        return problems;
    }
}
