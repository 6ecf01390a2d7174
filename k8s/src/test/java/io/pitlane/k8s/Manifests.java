package io.pitlane.k8s;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The objects that are applied together.
 *
 * @param title the name of the set, for messages
 * @param all the objects
 * @param patches patches that are not applied yet; empty for rendered objects
 */
record Manifests(String title, List<Manifest> all, List<Patch> patches) {

    Stream<Manifest> of(String kind) {
        return all.stream().filter(manifest -> manifest.is(kind));
    }

    boolean has(String kind) {
        return of(kind).findAny().isPresent();
    }

    Optional<Manifest> find(String kind, String name) {
        return of(kind).filter(manifest -> manifest.name().equals(name)).findFirst();
    }

    /** The StatefulSets and Deployments. */
    List<Workload> workloads() {
        return all.stream()
                .filter(manifest -> manifest.is("StatefulSet") || manifest.is("Deployment"))
                .map(Workload::of)
                .toList();
    }

    /** The same with one object in place of another. */
    Manifests with(Manifest before, Manifest after) {
        var changed = new ArrayList<>(all);
        changed.replaceAll(manifest -> manifest == before ? after : manifest);
        return new Manifests(title, List.copyOf(changed), patches);
    }

    /** The same without an object. */
    Manifests without(Manifest gone) {
        return new Manifests(
                title, all.stream().filter(manifest -> manifest != gone).toList(), patches);
    }

    @Override
    public String toString() {
        return title;
    }
}
