package org.learn4j.benchmarks;

import java.util.List;

/** Cases that are measured in one child process. */
interface Group {
    /** Returns the name on the command line, in ratios and in files. */
    String name();

    /** Returns the cases, for these batch sizes where the group leaves them open. */
    List<Case<?>> cases(List<Integer> batchSizes);

    /** Returns all groups there are. */
    static List<Group> all() {
        return List.of(MlpGroup.BYTEDECO, MlpGroup.DJL, new TabularGroup(), new VisionGroup());
    }

    /** Returns the group of this name. */
    static Group of(String name) {
        return all().stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no group '%s'; there are %s"
                        .formatted(name, all().stream().map(Group::name).toList())));
    }
}
