package org.learn4j.learn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.learn4j.data.DataLoader;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.DType;
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

    private static List<NamedTensor> weights(Learner learner) {
        List<NamedTensor> tensors = ModelFile.named(ModelFile.MODEL, ModelFile.tensors(learner.model()));
        tensors.addAll(ModelFile.named(ModelFile.OPTIMIZER, learner.updater().tensors()));
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
            try (StagedTensors model = ModelFile.stage(file, learner.model());
                    StagedTensors state = StagedTensors.of(file, ModelFile.OPTIMIZER)) {
                ModelFile.copy(model, learner.model());
                if (!restoreIfItFits(learner, state, manifest)) {
                    learner.updater().reset();
                }
            }
            return path;
        });
    }

    private static boolean restoreIfItFits(Learner learner, StagedTensors state, JsonPlace manifest) {
        JsonPlace saved = manifest.find("optimizer").orElse(null);
        if (saved == null
                || !saved.get("recipe").value().equals(learner.optimizer().toJson())) {
            return false;
        }
        try {
            learner.updater().restore(state.all(), saved.get("counters"));
            return true;
        } catch (ModelFormatException otherGroups) {
            return false;
        }
    }

    static void write(Learner learner, Path path) {
        Map<String, Json> states = new LinkedHashMap<>();
        for (Callback callback : learner.callbacks()) {
            Json.Fields state = callback.state();
            if (!state.values().isEmpty() && states.put(callback.name(), state) != null) {
                throw new IllegalStateException(
                        "Two callbacks save state under the name " + callback.name() + "; give one another name()");
            }
        }
        List<NamedTensor> tensors = weights(learner);
        List<Json> pending = new ArrayList<>();
        for (ParamGroup group : learner.groups()) {
            long[] written = written(group);
            if (written.length > 0) {
                tensors.add(ModelFile.named(GRADIENTS + pending.size(), group.gradients()));
            }
            pending.add(Json.wholes(written));
        }
        History history = learner.history();
        tensors.add(numbers(HISTORY + "losses", history.losses()));
        tensors.add(numbers(HISTORY + "rates", history.rates()));
        tensors.add(numbers(HISTORY + "momenta", history.momenta()));
        List<Json> next = new ArrayList<>();
        learner.next()
                .forEach(fit -> next.add(Json.object()
                        .with("frozenTo", fit.frozenTo())
                        .with("plan", fit.plan().toJson())));
        Json.Fields manifest = ModelFile.manifest("checkpoint", learner.model())
                .with("optimizer", optimizer(learner))
                .with("loss", learner.loss().recipe())
                .with("groups", groups(learner))
                .with("data", data(learner))
                .with("seed", learner.seed().value())
                .with("epochsDone", learner.epochsDone())
                .with("steps", learner.steps())
                .with("gradients", Json.array(pending))
                .with("plan", learner.requirePlan().toJson())
                .with("progress", learner.requireProgress().toJson())
                .with("next", Json.array(next))
                .with("history", history.toJson())
                .with("callbacks", Json.object(states));
        ModelFile.write(path, manifest, tensors);
    }

    /** Returns the paths of the parameters of each group, in the order of its memory. */
    private static Json groups(Learner learner) {
        Map<Param, String> paths = new IdentityHashMap<>();
        LayerTree.params(learner.model()).forEach((path, param) -> paths.put(param, path));
        return Json.array(learner.groups().stream()
                .map(group -> Json.texts(group.params().stream()
                        .map(param -> paths.getOrDefault(param, param.name()))
                        .toList()))
                .toList());
    }

    private static Json.Fields data(Learner learner) {
        DataLoader train = learner.data().train();
        return Json.object()
                .with("items", train.size())
                .with("batchSize", train.batchSize())
                .with("batches", train.batches());
    }

    /** Returns the positions of the parameters whose gradients a later batch is to add to. */
    private static long[] written(ParamGroup group) {
        List<Param> params = group.params();
        return IntStream.range(0, params.size())
                .filter(i -> params.get(i).value().gradientWritten())
                .asLongStream()
                .toArray();
    }

    private static NamedTensor numbers(String name, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return NamedTensor.of(name, DType.FLOAT64, new long[] {values.length}, bytes);
    }

    /** Reads everything, and only then changes the learner. */
    static void read(Learner learner, Path path) {
        ModelFile.read(path, List.of("checkpoint"), (file, manifest) -> {
            requireSame(manifest, learner);
            FitPlan plan =
                    FitPlan.fromJson(manifest.get("plan"), learner.groups().size());
            int batches = learner.data().train().batches();
            Progress progress = Progress.fromJson(manifest.get("progress"), plan.epochs(), batches);
            List<Learner.NextFit> next = next(manifest.get("next"), learner);
            JsonPlace optimizer = manifest.get("optimizer");
            int frozenTo = group(optimizer.get("frozenTo"), learner);
            int epochsDone = manifest.get("epochsDone").integer();
            long steps = manifest.get("steps").whole();
            List<List<Param>> pending = pending(manifest.get("gradients"), learner);
            History history = History.read(
                    manifest.get("history"),
                    numbers(file, HISTORY + "losses"),
                    numbers(file, HISTORY + "rates"),
                    numbers(file, HISTORY + "momenta"));
            try (StagedTensors model = ModelFile.stage(file, learner.model());
                    StagedTensors state = StagedTensors.of(file, ModelFile.OPTIMIZER);
                    StagedTensors gradients = StagedTensors.of(file, GRADIENTS)) {
                checkGradients(gradients, pending, learner);
                restoreCallbacks(manifest.get("callbacks"), learner);
                if (frozenTo != learner.frozenTo()) {
                    learner.freezeTo(frozenTo);
                }
                learner.updater().restore(state.all(), optimizer.get("counters"));
                ModelFile.copy(model, learner.model());
                restoreGradients(gradients, pending, learner);
            }
            learner.history().replace(history);
            learner.restoreCounters(epochsDone, steps);
            learner.restore(plan, progress, next, pending.stream().anyMatch(group -> !group.isEmpty()));
            return path;
        });
    }

    private static void requireSame(JsonPlace manifest, Learner learner) {
        require(
                manifest.get("optimizer").get("recipe"),
                learner.optimizer().toJson(),
                "the optimizer of this learner, " + learner.optimizer());
        require(manifest.get("recipe"), learner.model().recipe().toJson(), "the model of this learner");
        require(manifest.get("groups"), groups(learner), "the parameter groups of this learner");
        require(
                manifest.get("loss"),
                learner.loss().recipe(),
                "the loss of this learner, " + learner.loss().name());
        require(
                manifest.get("seed"),
                Json.of(learner.seed().value()),
                "the seed of this learner, which decides how the fit goes on");
        Json.Fields data = data(learner);
        require(manifest.get("data"), data, "the training data of this learner, " + data);
    }

    private static void require(JsonPlace saved, Json own, String what) {
        if (!saved.value().equals(own)) {
            throw new ModelFormatException(
                    ModelFormatException.Reason.VALUE,
                    saved.path() + ": a checkpoint continues with " + what + "; the file has "
                            + shortened(saved.value()));
        }
    }

    private static String shortened(Json value) {
        String text = value.write();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    private static int group(JsonPlace place, Learner learner) {
        int group = place.integer();
        if (group < 0 || group >= learner.groups().size()) {
            throw place.expected("one of the " + learner.groups().size() + " parameter groups of this learner");
        }
        return group;
    }

    private static List<Learner.NextFit> next(JsonPlace place, Learner learner) {
        List<Learner.NextFit> next = new ArrayList<>();
        for (JsonPlace fit : place.items()) {
            next.add(new Learner.NextFit(
                    group(fit.get("frozenTo"), learner),
                    FitPlan.fromJson(fit.get("plan"), learner.groups().size())));
        }
        return List.copyOf(next);
    }

    private static List<List<Param>> pending(JsonPlace place, Learner learner) {
        List<JsonPlace> groups = place.items();
        if (groups.size() != learner.groups().size()) {
            throw place.expected("an item for each of " + learner.groups().size() + " groups");
        }
        List<List<Param>> pending = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            List<Param> params = learner.groups().get(i).params();
            List<Param> written = new ArrayList<>();
            for (JsonPlace number : groups.get(i).items()) {
                int param = number.integer();
                if (param < 0 || param >= params.size()) {
                    throw number.expected("one of " + params.size() + " parameters");
                }
                written.add(params.get(param));
            }
            pending.add(written);
        }
        return pending;
    }

    private static void checkGradients(StagedTensors gradients, List<List<Param>> pending, Learner learner) {
        for (int i = 0; i < pending.size(); i++) {
            if (!pending.get(i).isEmpty()) {
                Tensor saved = gradients.get(Integer.toString(i));
                Tensor own = learner.groups().get(i).gradients();
                if (!saved.shape().equals(own.shape()) || saved.dtype() != own.dtype()) {
                    throw new ModelFormatException(
                            ModelFormatException.Reason.VALUE,
                            "the gradients of group " + i + " are " + saved.dtype() + " " + saved.shape()
                                    + ", those of this learner " + own.dtype() + " " + own.shape());
                }
            }
        }
    }

    private static void restoreGradients(StagedTensors gradients, List<List<Param>> pending, Learner learner) {
        for (int i = 0; i < pending.size(); i++) {
            if (!pending.get(i).isEmpty()) {
                Kernels.current()
                        .copy(
                                gradients.get(Integer.toString(i)),
                                learner.groups().get(i).gradients());
                pending.get(i).forEach(param -> param.value().markGradient(true));
            }
        }
    }

    private static void restoreCallbacks(JsonPlace states, Learner learner) {
        Map<String, JsonPlace> saved = states.fields();
        List<String> given = learner.callbacks().stream().map(Callback::name).toList();
        if (!given.containsAll(saved.keySet())) {
            List<String> missing = saved.keySet().stream()
                    .filter(name -> !given.contains(name))
                    .toList();
            throw new ModelFormatException(
                    ModelFormatException.Reason.VALUE,
                    "the fit had callbacks that it continues with: give " + missing + " again; this one has " + given);
        }
        for (Callback callback : learner.callbacks()) {
            JsonPlace state = saved.remove(callback.name());
            if (state != null) {
                callback.restore(state);
            }
        }
    }

    private static double[] numbers(SafeTensors file, String name) {
        long[] shape = file.shape(name);
        if (file.dtype(name) != DType.FLOAT64 || shape.length != 1) {
            throw new ModelFormatException(
                    file.path(), ModelFormatException.Reason.VALUE, name + " is expected to be a vector of FLOAT64");
        }
        double[] values = new double[Math.toIntExact(shape[0])];
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.read(name, bytes);
        bytes.asDoubleBuffer().get(values);
        return values;
    }
}
