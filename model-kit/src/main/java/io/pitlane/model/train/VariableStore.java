package io.pitlane.model.train;

import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.runtime.Tensors;
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

/** Reads and writes the variables of a session by their names. */
final class VariableStore {
    private final Session session;
    private final Placeholder<TFloat32> value;
    private final Map<String, Op> assignments = new LinkedHashMap<>();
    private final Map<String, Output<TFloat32>> reads = new LinkedHashMap<>();

    /** Gives every variable its initial value. */
    VariableStore(Session session, Ops tf, List<Variable> variables) {
        this.session = session;
        this.value = tf.placeholder(TFloat32.class);
        for (var variable : variables) {
            assignments.put(variable.name(), tf.assignVariableOp(variable.handle(), value));
            reads.put(variable.name(), variable.value());
        }
        variables.forEach(variable -> write(variable.name(), variable.initial()));
    }

    /** The values of all variables. */
    Map<String, FloatTensor> readAll() {
        return read(reads.keySet());
    }

    /** The values of some variables. */
    Map<String, FloatTensor> read(Collection<String> names) {
        return fetch(session.runner(), names, names.stream().map(reads::get).toList());
    }

    /** Runs and gives one fetched tensor a name. */
    static Map<String, FloatTensor> fetch(
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

    /** Gives variables new values. */
    void write(Map<String, FloatTensor> values) {
        values.forEach(this::write);
    }

    private void write(String name, FloatTensor tensor) {
        try (var fed = Tensors.toNative(tensor)) {
            session.runner().feed(value, fed).addTarget(assignments.get(name)).run().close();
        }
    }
}
