/** Where images and annotations come from, and how a model takes them. */
package io.pitlane.contract.data;
