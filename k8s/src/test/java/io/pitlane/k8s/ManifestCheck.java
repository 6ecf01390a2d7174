package io.pitlane.k8s;

import java.util.List;

/** Something that must hold of what is applied and that no schema says. */
interface ManifestCheck {

    /** What does not hold, each in a sentence that names the object. */
    List<String> problems(Manifests manifests);
}
