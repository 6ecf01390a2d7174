/** What may be tried: architectures as text, the space they come from, what they cost. */
package io.pitlane.nas.space;
