/** A thread that dies at its first order, as of too little memory. */
self.onmessage = () => {
  throw new Error("out of memory");
};
