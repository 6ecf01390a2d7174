/** Which channels of a model must go together, and taking them out. */
package io.pitlane.model.channels;
