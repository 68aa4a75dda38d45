package org.learn4j.benchmarks;

import java.util.List;

/** The {@link TabularTask} at some batch sizes. */
final class TabularGroup implements Group {
    private static final List<ContenderFactory<TabularTask>> CONTENDERS = List.of(
            new ContenderFactory<>("libtorch 2.10, C++ AdamW", Engine.LIBTORCH, LibtorchTabular::withAdamW),
            new ContenderFactory<>("libtorch 2.10, fused AdamW", Engine.LIBTORCH, LibtorchTabular::withFusedAdamW),
            new ContenderFactory<>("DL4J 1.0.0-M2.1", Engine.DL4J, Dl4jTabular::new),
            new ContenderFactory<>("Learn4J", Engine.LEARN4J, Learn4jTabular::of));

    @Override
    public String name() {
        return "tabular";
    }

    @Override
    public List<Case<?>> cases(List<Integer> batchSizes) {
        return batchSizes.stream().<Case<?>>map(TabularGroup::of).toList();
    }

    private static Case<TabularTask> of(int batchSize) {
        var task = TabularTask.of(batchSize);
        return new Case<>("train.b" + batchSize, batchSize, task, task.withoutDropout(), CONTENDERS);
    }
}
