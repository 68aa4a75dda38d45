package org.learn4j.learn;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Tensor;

/** What a checkpoint and a weights file hold of a learner, and how it comes back. */
final class Checkpoint {
    private static final String GRADIENTS = ModelFile.TRAINING + "gradients.";
    private static final String HISTORY = ModelFile.TRAINING + "history.";

    private Checkpoint() {}

    static void writeWeights(Learner learner, Path path) {
        Json.Fields manifest = ModelFile.manifest("weights", learner.model()).with("optimizer", optimizer(learner));
        ModelFile.write(path, manifest, weights(learner));
    }

    private static Map<String, Tensor> weights(Learner learner) {
        Map<String, Tensor> tensors = ModelFile.prefixed(ModelFile.MODEL, ModelFile.tensors(learner.model()));
        tensors.putAll(ModelFile.prefixed(ModelFile.OPTIMIZER, learner.updater().tensors()));
        return tensors;
    }

    private static Json.Fields optimizer(Learner learner) {
        return Json.object()
                .with("recipe", learner.optimizer().toJson())
                .with("frozenTo", learner.frozenTo())
                .with("counters", learner.updater().counters());
    }

    static void readWeights(Learner learner, Path path) {
        ModelFile.read(path, List.of("weights", "model", "checkpoint"), (file, manifest) -> {
            ModelFile.readModel(file, learner.model());
            manifest.find("optimizer").ifPresent(saved -> readOptimizer(learner, file, saved, false));
            return path;
        });
    }

    /** Restores the optimizer's state if it is that of the same recipe; a checkpoint must fit, weights need not. */
    private static void readOptimizer(Learner learner, SafeTensors file, JsonPlace saved, boolean required) {
        if (!saved.get("recipe").value().equals(learner.optimizer().toJson())) {
            if (required) {
                throw saved.get("recipe").expected("the optimizer of this learner, " + learner.optimizer());
            }
            return;
        }
        int frozenTo = saved.get("frozenTo").integer();
        if (frozenTo < 0 || frozenTo >= learner.groups().size()) {
            throw saved.get("frozenTo").expected("a parameter group of this learner");
        }
        if (required && frozenTo != learner.frozenTo()) {
            learner.freezeTo(frozenTo);
        }
        Map<String, Tensor> tensors = ModelFile.readAll(file, ModelFile.OPTIMIZER);
        try {
            learner.updater().restore(tensors, saved.get("counters"));
        } finally {
            tensors.values().forEach(Tensor::close);
        }
    }

    static void write(Learner learner, Path path) {
        Map<String, Tensor> tensors = weights(learner);
        List<ParamGroup> groups = learner.groups();
        boolean pending = groups.stream().anyMatch(Checkpoint::isPending);
        for (int i = 0; pending && i < groups.size(); i++) {
            tensors.put(GRADIENTS + i, groups.get(i).gradients());
        }
        History history = learner.history();
        Tensor losses = Tensor.of(history.losses(), history.batches()).keep();
        Tensor rates = Tensor.of(history.rates(), history.batches()).keep();
        Tensor momenta = Tensor.of(history.momenta(), history.batches()).keep();
        try {
            tensors.put(HISTORY + "losses", losses);
            tensors.put(HISTORY + "rates", rates);
            tensors.put(HISTORY + "momenta", momenta);
            Map<String, Json> states = new LinkedHashMap<>();
            learner.callbacks().forEach(callback -> {
                Json.Fields state = callback.state();
                if (!state.values().isEmpty() && states.put(callback.name(), state) != null) {
                    throw new IllegalStateException("Two callbacks save state under the name " + callback.name()
                            + "; give one another name()");
                }
            });
            Json.Fields manifest = ModelFile.manifest("checkpoint", learner.model())
                    .with("optimizer", optimizer(learner))
                    .with("seed", learner.seed().value())
                    .with("epochsDone", learner.epochsDone())
                    .with("steps", learner.steps())
                    .with("gradientsPending", pending)
                    .with("plan", learner.requirePlan().toJson())
                    .with("progress", learner.requireProgress().toJson())
                    .with("history", history.toJson())
                    .with("callbacks", Json.object(states));
            ModelFile.write(path, manifest, tensors);
        } finally {
            losses.close();
            rates.close();
            momenta.close();
        }
    }

    private static boolean isPending(ParamGroup group) {
        return group.params().stream().anyMatch(param -> param.value().gradientWritten());
    }

    static void read(Learner learner, Path path) {
        ModelFile.read(path, List.of("checkpoint"), (file, manifest) -> {
            if (manifest.get("seed").whole() != learner.seed().value()) {
                throw manifest.get("seed").expected("the seed of this learner, which decides how the fit goes on");
            }
            FitPlan plan = FitPlan.fromJson(manifest.get("plan"));
            Progress progress = Progress.fromJson(manifest.get("progress"));
            ModelFile.readModel(file, learner.model());
            readOptimizer(learner, file, manifest.get("optimizer"), true);
            boolean pending = manifest.get("gradientsPending").bool();
            if (pending) {
                readGradients(learner, file);
            }
            learner.history()
                    .restore(
                            manifest.get("history"),
                            numbers(file, HISTORY + "losses"),
                            numbers(file, HISTORY + "rates"),
                            numbers(file, HISTORY + "momenta"));
            JsonPlace states = manifest.get("callbacks");
            learner.callbacks().forEach(callback -> states.find(callback.name()).ifPresent(callback::restore));
            learner.restore(
                    plan, progress, manifest.get("epochsDone").integer(), manifest.get("steps").whole(), pending);
            return path;
        });
    }

    private static void readGradients(Learner learner, SafeTensors file) {
        for (int i = 0; i < learner.groups().size(); i++) {
            ParamGroup group = learner.groups().get(i);
            file.read(GRADIENTS + i, group.gradients().bytes());
            group.params().forEach(param -> markWritten(param));
        }
    }

    private static void markWritten(Param param) {
        if (param.isTrainable()) {
            param.value().markGradient(true);
        }
    }

    private static double[] numbers(SafeTensors file, String name) {
        try (Tensor tensor =
                Tensor.uninitialized(file.dtype(name), org.learn4j.tensor.Shape.of(file.shape(name))).keep()) {
            file.read(name, tensor.bytes());
            return tensor.toDoubles();
        }
    }
}
