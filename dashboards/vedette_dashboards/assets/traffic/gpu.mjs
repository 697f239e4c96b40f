// The few things of WebGL2 that the scene needs, each said once.

/** A linked program with its uniforms' places by name. Throws with the compiler's own words. */
export function program(gl, vertex, fragment) {
  const linked = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(gl.getShaderInfoLog(shader));
    }
    gl.attachShader(linked, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(linked);
  if (!gl.getProgramParameter(linked, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(gl.getProgramInfoLog(linked));
  const places = {};
  const count = gl.getProgramParameter(linked, gl.ACTIVE_UNIFORMS) ?? 0;
  for (let i = 0; i < count; i++) {
    const { name } = gl.getActiveUniform(linked, i);
    places[name.replace("[0]", "")] = gl.getUniformLocation(linked, name);
  }
  return { linked, places };
}

/**
 * A vertex array over buffers. `layout` lists [buffer, stride, attributes], an attribute being
 * [location, size, offset, divisor], all in floats.
 */
export function vertices(gl, layout) {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  for (const [buffer, stride, attributes] of layout) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    for (const [location, size, offset, divisor] of attributes) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride * 4, offset * 4);
      gl.vertexAttribDivisor(location, divisor);
    }
  }
  gl.bindVertexArray(null);
  return array;
}

/** A buffer, filled if floats are given. */
export function buffer(gl, floats = null) {
  const made = gl.createBuffer();
  if (floats) upload(gl, made, floats);
  return made;
}

/** Replaces a buffer's content. */
export function upload(gl, target, floats) {
  gl.bindBuffer(gl.ARRAY_BUFFER, target);
  gl.bufferData(gl.ARRAY_BUFFER, floats, gl.DYNAMIC_DRAW);
}

/** A texture that is read by whole texels. */
export function texture(gl) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const [key, value] of [
    [gl.TEXTURE_MIN_FILTER, gl.NEAREST],
    [gl.TEXTURE_MAG_FILTER, gl.NEAREST],
    [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
    [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
  ])
    gl.texParameteri(gl.TEXTURE_2D, key, value);
  return made;
}
