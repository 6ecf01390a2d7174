/** What is tried next, and which of what was tried is best. Knows scores, not networks. */
package io.pitlane.nas.search;
