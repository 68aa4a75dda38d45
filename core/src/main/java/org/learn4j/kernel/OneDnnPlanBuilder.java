package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_data_type_undef;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_blob;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_binary;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_len;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a plan together: memory descriptors, post-ops and arguments in the order in which they are bound; frees what
 * only the making needs.
 *
 * <p>The scratchpad is the context's own buffer (oneDNN's default keeps one per native thread, and its primitives could
 * not move to another).
 */
final class OneDnnPlanBuilder implements AutoCloseable {
    /** The distance between scalars, in floats: a cache line. */
    static final int SCALAR_SPACING = 16;

    private final OneDnnContext context;
    private final List<dnnl_memory_desc> layouts = new ArrayList<>();
    private final dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    private final dnnl_post_ops postOps = new dnnl_post_ops();
    private final dnnl_primitive_desc description = new dnnl_primitive_desc();
    private final List<Integer> arguments = new ArrayList<>();
    private final List<dnnl_memory_desc> argumentLayouts = new ArrayList<>();
    private final List<Integer> scalarArguments = new ArrayList<>();
    private @Nullable dnnl_memory_desc scalarLayout;
    private @Nullable ByteBuffer order;

    OneDnnPlanBuilder(OneDnnContext context) {
        this.context = context;
        OneDnn.check(dnnl_primitive_attr_create(attributes), "create attributes");
        OneDnn.check(
                dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
                "set the scratchpad mode");
        OneDnn.check(dnnl_post_ops_create(postOps), "create post-ops");
    }

    /** Returns the descriptor of an operand of FLOAT32. */
    dnnl_memory_desc layout(OneDnnOperand operand) {
        return layout(operand, dnnl_f32);
    }

    /** Returns the descriptor of an operand of a oneDNN data type. */
    dnnl_memory_desc layout(OneDnnOperand operand, int dataType) {
        int rank = Math.max(1, operand.rank);
        long[] dims = operand.rank == 0 ? new long[] {1} : Arrays.copyOf(operand.dims, rank);
        long[] strides = operand.rank == 0 ? new long[] {1} : Arrays.copyOf(operand.strides, rank);
        return layout(dims, strides, dataType);
    }

    /** Returns the descriptor of contiguous FLOAT32 elements. */
    dnnl_memory_desc contiguous(long... dims) {
        return layout(dims, org.learn4j.tensor.Shape.of(dims).strides(), dnnl_f32);
    }

    /** Returns the descriptor of FLOAT32 images that lie channels last. */
    dnnl_memory_desc channelsLast(long n, long c, long h, long w) {
        return channelsLast(dnnl_f32, n, c, h, w);
    }

    /** Returns the descriptor of images of a oneDNN data type that lie channels last. */
    dnnl_memory_desc channelsLast(int dataType, long n, long c, long h, long w) {
        return layout(new long[] {n, c, h, w}, new long[] {h * w * c, 1, w * c, c}, dataType);
    }

    /** Returns the descriptor of FLOAT32 elements in the order that suits a primitive best. */
    dnnl_memory_desc any(long... dims) {
        dnnl_memory_desc layout = new dnnl_memory_desc();
        OneDnn.check(
                dnnl_memory_desc_create_with_tag(layout, dims.length, dims, dnnl_f32, dnnl_format_tag_any),
                "describe a memory of " + Arrays.toString(dims));
        layouts.add(layout);
        return layout;
    }

    /** Returns a descriptor that the primitive's description tells. */
    dnnl_memory_desc queried(int what) {
        return queried(description, what);
    }

    /** Returns a descriptor that a description tells. */
    dnnl_memory_desc queried(dnnl_primitive_desc told, int what) {
        dnnl_memory_desc layout = new dnnl_memory_desc();
        OneDnn.check(dnnl_memory_desc_clone(layout, dnnl_primitive_desc_query_md(told, what, 0)), "copy a description");
        layouts.add(layout);
        return layout;
    }

    private dnnl_memory_desc layout(long[] dims, long[] strides, int dataType) {
        dnnl_memory_desc layout = new dnnl_memory_desc();
        OneDnn.check(
                dnnl_memory_desc_create_with_strides(layout, dims.length, dims, dataType, strides),
                "describe a memory of " + Arrays.toString(dims) + " with strides " + Arrays.toString(strides));
        layouts.add(layout);
        return layout;
    }

    /** Appends an elementwise function to what the primitive computes. */
    OneDnnPlanBuilder thenEltwise(int algorithm, double alpha, double beta) {
        OneDnn.check(
                dnnl_post_ops_append_eltwise(postOps, algorithm, (float) alpha, (float) beta),
                "append an elementwise function");
        return this;
    }

    /** Appends a function of the result so far and a tensor, and declares that tensor as the next argument. */
    OneDnnPlanBuilder thenBinary(int algorithm, dnnl_memory_desc layout) {
        argument(appendBinary(algorithm, layout), layout);
        return this;
    }

    /** Appends a function of the result so far and the next scalar, in a primitive of this rank. */
    OneDnnPlanBuilder thenScalar(int algorithm, int rank) {
        scalar(appendBinary(algorithm, scalarLayout(rank)), rank);
        return this;
    }

    private int appendBinary(int algorithm, dnnl_memory_desc layout) {
        int index = dnnl_post_ops_len(postOps);
        OneDnn.check(dnnl_post_ops_append_binary(postOps, algorithm, layout), "append a binary function");
        return (DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (index + 1)) | DNNL_ARG_SRC_1;
    }

    /** Appends adding what the destination held before. */
    OneDnnPlanBuilder thenAddDestination() {
        OneDnn.check(dnnl_post_ops_append_sum(postOps, 1f, 0, dnnl_data_type_undef), "append a sum");
        return this;
    }

    /** Returns the descriptor of a scalar in a primitive of this rank. */
    dnnl_memory_desc scalarLayout(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return contiguous(ones);
    }

    /** Declares the next argument. */
    OneDnnPlanBuilder argument(int argument, dnnl_memory_desc layout) {
        arguments.add(argument);
        argumentLayouts.add(layout);
        return this;
    }

    /** Declares that the plan packs elements in the order of a descriptor. */
    OneDnnPlanBuilder order(dnnl_memory_desc packed) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            OneDnn.check(dnnl_memory_desc_get_blob((BytePointer) null, size, packed), "measure a description");
            byte[] bytes = new byte[Math.toIntExact(size.get())];
            try (BytePointer blob = new BytePointer(bytes.length)) {
                OneDnn.check(dnnl_memory_desc_get_blob(blob, size, packed), "write a description down");
                blob.get(bytes);
            }
            order = ByteBuffer.wrap(bytes);
        }
        return this;
    }

    /** Declares an argument whose memory the plan owns: one number, set by {@link OneDnnPlan#scalar}. */
    OneDnnPlanBuilder scalar(int argument, int rank) {
        scalarArguments.add(argument);
        scalarLayout = scalarLayout(rank);
        return this;
    }

    /** Returns the attributes, complete with the post-ops appended so far. */
    dnnl_primitive_attr attributes() {
        OneDnn.check(dnnl_primitive_attr_set_post_ops(attributes, postOps), "set the post-ops");
        return attributes;
    }

    /** Returns the handle for the primitive's description, for a {@code …_primitive_desc_create} to fill. */
    dnnl_primitive_desc description() {
        return description;
    }

    /** Returns the size of all arguments together: a measure of how long the primitive takes. */
    long bytes() {
        long sum = 0;
        for (dnnl_memory_desc layout : argumentLayouts) {
            sum += dnnl_memory_desc_get_size(layout);
        }
        return sum;
    }

    /** Compiles the description, made on one thread if {@code serial}. */
    OneDnnPlan build(boolean serial) {
        dnnl_primitive primitive = new dnnl_primitive();
        OneDnn.check(dnnl_primitive_create(primitive, description), "create a primitive");
        int declared = arguments.size();
        dnnl_memory_desc scratch = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
        long scratchBytes = scratch == null || scratch.isNull() ? 0 : dnnl_memory_desc_get_size(scratch);
        int count = declared + (scratchBytes > 0 ? 1 : 0) + scalarArguments.size();
        dnnl_memory[] memories = new dnnl_memory[count];
        dnnl_exec_arg_t execution = new dnnl_exec_arg_t(count);
        int next = 0;
        for (; next < declared; next++) {
            put(execution, memories, next, arguments.get(next), argumentLayouts.get(next), null);
        }
        int scratchIndex = -1;
        if (scratch != null && scratchBytes > 0) {
            scratchIndex = next;
            put(execution, memories, next++, DNNL_ARG_SCRATCHPAD, scratch, null);
        }
        FloatPointer scalars = scalarArguments.isEmpty() ? null : scalars();
        for (int i = 0; scalars != null && scalarLayout != null && i < scalarArguments.size(); i++) {
            put(execution, memories, next++, scalarArguments.get(i), scalarLayout, pointer(scalars, i));
        }
        execution.position(0);
        long[] bytes = argumentLayouts.stream()
                .mapToLong(layout -> dnnl_memory_desc_get_size(layout))
                .toArray();
        return new OneDnnPlan(
                context, primitive, execution, memories, bytes, scratchIndex, scratchBytes, serial, scalars, order);
    }

    private FloatPointer scalars() {
        return new FloatPointer((long) SCALAR_SPACING * scalarArguments.size());
    }

    private static Pointer pointer(FloatPointer scalars, int index) {
        return scalars.getPointer((long) SCALAR_SPACING * index);
    }

    private static void put(
            dnnl_exec_arg_t execution,
            dnnl_memory[] memories,
            int index,
            int argument,
            dnnl_memory_desc layout,
            @Nullable Pointer address) {
        dnnl_memory memory = new dnnl_memory();
        OneDnn.check(dnnl_memory_create(memory, layout, OneDnn.ENGINE, address), "create a memory");
        memories[index] = memory;
        execution.position(index).arg(argument);
        execution.memory(memory);
    }

    @Override
    public void close() {
        if (!description.isNull()) {
            dnnl_primitive_desc_destroy(description);
        }
        dnnl_post_ops_destroy(postOps);
        dnnl_primitive_attr_destroy(attributes);
        for (dnnl_memory_desc layout : layouts) {
            dnnl_memory_desc_destroy(layout);
        }
    }
}
