// Without a GPU the processor draws, and at full quality it draws three pictures a second. There the
// world is drawn with fewer pixels, plain edges, surfaces lit at their corners and no shadows; charts
// and controls stay as they are. three.js shows its renderer to whoever listens, and has hooks for all.
(() => {
  "use strict";
  const MOST_PIXELS = 190000;
  const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
  const LIGHT = `
    uniform vec3 diffuse;
    uniform float opacity;
    varying vec4 vShade;
    #include <lights_pars_begin>
    #include <tonemapping_pars_fragment>
    #include <colorspace_pars_fragment>
    void main() {`;
  const SHADE = `
    #include <fog_vertex>
    vec3 outward = normalize(transformedNormal);
    #ifdef DOUBLE_SIDED
      outward = faceforward(outward, mvPosition.xyz, outward);
    #endif
    vec3 light = ambientLightColor;
    #if NUM_HEMI_LIGHTS > 0
      for (int i = 0; i < NUM_HEMI_LIGHTS; i++)
        light += getHemisphereLightIrradiance(hemisphereLights[i], outward);
    #endif
    #if NUM_DIR_LIGHTS > 0
      for (int i = 0; i < NUM_DIR_LIGHTS; i++)
        light += saturate(dot(outward, directionalLights[i].direction)) * directionalLights[i].color;
    #endif
    vShade = vec4(RECIPROCAL_PI * light * diffuse, opacity);
    #if defined(USE_COLOR) || defined(USE_INSTANCING_COLOR) || defined(USE_COLOR_ALPHA)
      vShade.rgb *= vColor.rgb;
    #endif
    vShade = sRGBTransferOETF(vec4(ACESFilmicToneMapping(vShade.rgb), vShade.a));`;
  const FILL = `
    varying vec4 vShade;
    #include <color_pars_fragment>
    #include <fog_pars_fragment>
    void main() {
      gl_FragColor = vShade;
      #include <fog_fragment>
    }`;

  function drawnBy() {
    const gl = document.createElement("canvas").getContext("webgl2");
    if (!gl) return "";
    const told = gl.getExtension("WEBGL_debug_renderer_info");
    const name = gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
    gl.getExtension("WEBGL_lose_context")?.loseContext();
    return name;
  }

  // Surfaces of the scene share a class of material. Facets have no corners of their own to be lit at,
  // and the light of an environment map is more than these shaders know.
  function lightCorners(scene) {
    if (scene.environment) return;
    scene.traverse(({ material }) => {
      if (material?.type !== "MeshStandardMaterial") return;
      Object.getPrototypeOf(material).onBeforeCompile = (shader) => {
        if (shader.flatShading) return;
        shader.vertexShader = shader.vertexShader
          .replace("void main() {", LIGHT)
          .replace("#include <fog_vertex>", SHADE);
        shader.fragmentShader = FILL;
      };
    });
  }

  if (!SOFTWARE.test(drawnBy())) return;
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    // Charts that may be read back are drawn as pixels, not by the GPU that is not there.
    return getContext.call(this, kind, { ...options, antialias: false, willReadFrequently: true });
  };
  window.__THREE_DEVTOOLS__ ??= new EventTarget();
  window.__THREE_DEVTOOLS__.addEventListener("observe", ({ detail: renderer }) => {
    if (!renderer.setSize) return; // it shows scenes too
    const { setSize, render } = renderer;
    renderer.setSize = (wide, high, styled) => {
      setSize.call(renderer, wide, high, styled);
      const ratio = Math.min(1, Math.sqrt(MOST_PIXELS / (wide * high)));
      renderer.setDrawingBufferSize(wide, high, ratio);
    };
    renderer.render = (scene, camera) => {
      lightCorners(scene);
      render.call(renderer, scene, camera);
    };
    Object.defineProperty(renderer.shadowMap, "enabled", { get: () => false, set() {} });
  });
})();
