"use strict";
/* The programs that the graphics card runs: shapes, skin, tubes, their shadows, the ground. */
window.RetrowalkShaders = (function () {
  const MOST_BONES = 32;
  const SHAPE_VERTEX = `#version 300 es
    layout(location = 0) in vec3 point; layout(location = 1) in vec3 normal; layout(location = 2) in float end;
    layout(location = 3) in vec4 row0; layout(location = 4) in vec4 row1; layout(location = 5) in vec4 row2;
    layout(location = 6) in vec4 size; layout(location = 7) in vec3 tint;
    uniform mat4 camera;
    out vec3 at; out vec3 facing; out vec3 colour; out float solid;
    void main() {
      solid = 0.;
      vec4 local = vec4(point * size.xyz + vec3(0., 0., end * size.w), 1.);
      at = vec3(dot(row0, local), dot(row1, local), dot(row2, local));
      vec3 n = normal / size.xyz;
      facing = vec3(dot(row0.xyz, n), dot(row1.xyz, n), dot(row2.xyz, n));
      colour = tint;
      gl_Position = camera * vec4(at, 1.);
    }`;
  /* Skin: every corner moves with its bone; rows are the bones' poses, lit makes one glow. */
  const SKIN_VERTEX = `#version 300 es
    in vec3 point; in vec3 normal; in vec3 tint; in float bone;
    uniform mat4 camera; uniform vec4 rows[3 * ${MOST_BONES}]; uniform vec4 lit[${MOST_BONES}]; uniform float firm[${MOST_BONES}];
    out vec3 at; out vec3 facing; out vec3 colour; out float solid;
    void main() {
      int b = int(bone + .5);
      vec4 local = vec4(point, 1.);
      at = vec3(dot(rows[3 * b], local), dot(rows[3 * b + 1], local), dot(rows[3 * b + 2], local));
      facing = vec3(dot(rows[3 * b].xyz, normal), dot(rows[3 * b + 1].xyz, normal), dot(rows[3 * b + 2].xyz, normal));
      solid = max(lit[b].a, firm[b]);
      colour = mix(tint, lit[b].rgb, .75 * lit[b].a);
      gl_Position = camera * vec4(at, 1.);
    }`;
  const TUBE_VERTEX = `#version 300 es
    in vec3 point; in vec3 normal; in vec3 tint;
    uniform mat4 camera; out vec3 at; out vec3 facing; out vec3 colour; out float solid;
    void main() { at = point; facing = normal; colour = tint; solid = 0.; gl_Position = camera * vec4(at, 1.); }`;
  /* How much of the sun reaches a place: a depth picture from the sun, smoothed over four points. */
  const SUNLIT = `
    precision highp sampler2DShadow;
    uniform sampler2DShadow sunlight; uniform mat4 sun; uniform float shadow;
    float sunlit(vec3 at) {
      vec3 s = (sun * vec4(at, 1.)).xyz * .5 + .5;
      if (any(lessThan(s, vec3(0.))) || any(greaterThan(s, vec3(1.)))) return 1.;
      float lit = 0.;
      for (int i = 0; i < 4; i++)
        lit += texture(sunlight, vec3(s.xy + (vec2(i & 1, i >> 1) - .5) / 1024., s.z - .0012));
      return 1. - shadow * (1. - lit / 4.);
    }`;
  const DEPTH_FRAGMENT = `#version 300 es
    precision highp float;
    void main() {}`;
  const SURFACE_FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 at; in vec3 facing; in vec3 colour; in float solid;
    uniform float opacity; uniform vec3 eye; uniform vec3 light; uniform float glass; uniform float glow; uniform float shaded;
    out vec4 shade;
    ${SUNLIT}
    void main() {
      vec3 n = normalize(facing), to = normalize(eye - at);
      float key = max(dot(n, light), 0.), sky = .5 + .5 * n.z, rim = 1. - max(dot(n, to), 0.);
      float spark = pow(max(dot(n, normalize(light + to)), 0.), 40.);
      float clear = glass < 1. ? 1. - solid : 0.;
      vec3 base = mix(colour, vec3(.80, .87, .95), .42 * clear);
      float fill = max(dot(n, normalize(vec3(-light.x, -light.y, .25))), 0.);
      vec3 lit = base * (.34 + glow + .26 * sky + .52 * key + .16 * fill + .18 * clear) + .08 * spark + .10 * rim * rim * rim;
      if (shaded > 0.) lit *= sunlit(at);
      float alpha = mix(opacity, clamp(glass + .62 * rim * rim, 0., 1.), clear);
      shade = vec4(lit * alpha, alpha);
    }`;
  const GROUND_VERTEX = `#version 300 es
    in vec3 corner; uniform mat4 camera; uniform vec3 plane; uniform vec3 middle; uniform bool uneven; out vec3 at;
    void main() {
      vec2 xy = middle.xy + corner.xy * 30.;
      at = uneven ? corner : vec3(xy, plane.x + dot(plane.yz, xy));
      gl_Position = camera * vec4(at, 1.);
    }`;
  const GROUND_FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 at; uniform vec3 middle; uniform vec3 ground; uniform vec3 line; uniform vec3 sky; uniform vec3 light;
    uniform vec3 plane; uniform bool uneven; uniform vec4 edge; uniform vec4 hole; uniform float raised;
    uniform vec4 tint; uniform vec4 patch_tint; uniform vec2 patches[${window.RetrowalkGround.SEEN_PATCHES}]; uniform int patch_count;
    out vec4 shade;
    ${SUNLIT}
    float grid(float value, float wide) {
      float step_ = fwidth(value), off = abs(fract(value - .5) - .5);
      return (1. - smoothstep(wide * .5, wide * .5 + step_, off)) * clamp(.35 / step_, 0., 1.);
    }
    void main() {
      if (at.x > hole.x && at.x < hole.y && at.y > hole.z && at.y < hole.w) discard;
      float strong = max(grid(at.x, .012), grid(at.y, .012));
      float fine = max(grid(at.x * 2., .012), grid(at.y * 2., .012));
      vec3 base = mix(ground, tint.rgb, tint.a);
      for (int i = 0; i < patch_count; i++)
        if (at.x >= patches[i].x && at.x <= patches[i].y) base = mix(ground, patch_tint.rgb, patch_tint.a);
      float above = at.z - plane.x - dot(plane.yz, at.xy);
      if (raised > 0. && above > .003) base = vec3(.46, .40, .32);
      base = mix(base, line, max(strong * .8, fine * .3));
      float fog = smoothstep(3.5, 12., length(at.xy - middle.xy));
      if (uneven) {  // each triangle by its own slope; the strip ends in mist
        vec3 n = normalize(cross(dFdx(at), dFdy(at)));
        n *= sign(n.z);
        float turned = clamp(dot(n, light) / light.z, raised > 0. ? .7 : .3, 1.35);
        base *= mix(1., turned * turned * turned, .9);
        vec4 inside = vec4(at.x - edge.x, edge.y - at.x, at.y - edge.z, edge.w - at.y);
        float off = min(min(inside.x, inside.y), min(inside.z, inside.w));
        fog = max(fog, 1. - smoothstep(0., .8, off));
      }
      shade = vec4(mix(base * sunlit(at), sky, fog), 1.);
    }`;

  /* Behind everything: lighter at the horizon, which lies where the camera's own does. */
  const SKY_VERTEX = `#version 300 es
    void main() { gl_Position = vec4(float((gl_VertexID << 1) & 2) * 2. - 1., float(gl_VertexID & 2) * 2. - 1., 1., 1.); }`;
  const SKY_FRAGMENT = `#version 300 es
    precision highp float;
    uniform vec3 sky; uniform vec3 zenith; uniform float horizon; uniform float high; out vec4 shade;
    void main() {
      float up = (gl_FragCoord.y / high - horizon) * 1.1;
      shade = vec4(mix(sky, zenith, smoothstep(-.05, .9, up)), 1.);
    }`;

  return { SKY_VERTEX, SKY_FRAGMENT, MOST_BONES, SHAPE_VERTEX, SKIN_VERTEX, TUBE_VERTEX, DEPTH_FRAGMENT, SURFACE_FRAGMENT, GROUND_VERTEX, GROUND_FRAGMENT };
})();
