package io.pitlane.training.optimizer;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.Tensors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Reads and writes the variables of a session by name, all in one run. TensorFlow prunes and
 * optimises the graph for every new set of fetches, which for a deep network takes longer than the
 * run itself.
 */
public final class VariableStore {
    private final Session session;
    private final Map<String, Placeholder<TFloat32>> placeholders = new LinkedHashMap<>();
    private final Map<String, Output<TFloat32>> reads = new LinkedHashMap<>();
    private final Map<String, Op> assignments = new LinkedHashMap<>();

    /** Sets every variable to its initial value. */
    public VariableStore(Session session, Ops tf, List<Variable> variables) {
        this.session = session;
        var initial = new LinkedHashMap<String, FloatTensor>();
        for (var variable : variables) {
            var value = tf.placeholder(TFloat32.class);
            assignments.put(variable.name(), tf.assignVariableOp(variable.handle(), value));
            placeholders.put(variable.name(), value);
            reads.put(variable.name(), variable.value());
            initial.put(variable.name(), variable.initial());
        }
        write(initial);
    }

    /** The values of all variables. */
    public Map<String, FloatTensor> readAll() {
        return read(reads.keySet());
    }

    /** The values of some variables. */
    public Map<String, FloatTensor> read(Collection<String> names) {
        return fetch(session.runner(), names, names.stream().map(reads::get).toList());
    }

    /** Runs and returns the fetched tensors by name. */
    public static Map<String, FloatTensor> fetch(
            Session.Runner runner, Collection<String> names, List<Output<TFloat32>> tensors) {
        tensors.forEach(runner::fetch);
        var values = new LinkedHashMap<String, FloatTensor>();
        try (var result = runner.run()) {
            var each = new ArrayList<>(names);
            for (int i = 0; i < each.size(); i++) {
                values.put(each.get(i), Tensors.toJava(result.get(i)));
            }
        }
        return values;
    }

    /** Sets the variables of these names. */
    public void write(Map<String, FloatTensor> values) {
        var open = new ArrayList<TFloat32>();
        try {
            var runner = session.runner();
            values.forEach(
                    (name, value) -> {
                        var tensor = Tensors.toNative(value);
                        open.add(tensor);
                        runner.feed(placeholders.get(name), tensor);
                        runner.addTarget(assignments.get(name));
                    });
            runner.run().close();
        } finally {
            open.forEach(TFloat32::close);
        }
    }
}
